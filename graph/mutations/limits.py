"""How much one mutation may do."""

from __future__ import annotations

from graph.errors import LimitError


class TooManyChangesError(LimitError):
    """One mutation would make too many nodes and relationships."""

    code = "TOO_MANY_CHANGES"
    text = "The input makes {actual} or more nodes and relationships; at most {limit} are allowed."
    hint = "Split it over several mutations, or import rows."


class TooManyImportRowsError(LimitError):
    """More rows were given than one call takes."""

    code = "TOO_MANY_IMPORT_ROWS"
    text = "{actual} rows were given; at most {limit} are taken at once."
    hint = "Split them over several calls."
