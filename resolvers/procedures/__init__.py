"""Root fields that are no single statement: one module each, with its types and what it does."""
