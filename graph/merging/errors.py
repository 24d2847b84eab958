"""Why two nodes cannot become one."""

from __future__ import annotations

from graph.errors import ConflictError, InputError


class SelfMergeError(InputError):
    """A node was to be merged with itself."""

    code = "SELF_MERGE"
    text = "{value!r} cannot be merged with itself."
    hint = "Name two different nodes."


class MergeUnfinishedError(ConflictError):
    """One of the nodes is on its way to become one with another one."""

    code = "MERGE_UNFINISHED"
    text = "{id} is being merged into {into}; a part of it is there already."
    hint = "Finish that first: merge {id} into {into} once more."
