"""Real data that tests use where it lies beside the project."""

NOT_BESIDE = "is not beside the project, and the project may not hold it"
"""Ends the reason of a skip that is none in continuous integration either: no tool can bring the data."""
