"""Export of the graph, or of a part of it, to JSON Lines, and restoring it into an empty database.

lines.py says what a file looks like. What belongs to it follows from the declarations: a new concept needs nothing
here. Idempotency keys and locks do not: a key only guards against sending a mutation twice within a day, and its
answers are of the graph that it was sent to.
"""

from jobs.backup.exporting import export
from jobs.backup.progress import Progress
from jobs.backup.restoring import restore

__all__ = ["Progress", "export", "restore"]
