"""Strawberry types made from a model: nothing here names a concept of the domain."""
