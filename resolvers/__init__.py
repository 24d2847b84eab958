"""What a declaration cannot say: the GraphQL types that follow from a model, and the executor of operations."""
