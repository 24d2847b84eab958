"""Finds parties that are likely one and the same: blocking by indexes, then a score with its reasons."""

from graph.duplicates.evidence import Evidence, Reason
from graph.duplicates.find import BadPositionError, Candidate, CandidatePage, candidates, candidates_of
from graph.duplicates.reading import NoPartyError
from graph.duplicates.score import DEFAULT_SCORE, Facts, Likely, compare

__all__ = [
    "DEFAULT_SCORE",
    "BadPositionError",
    "Candidate",
    "CandidatePage",
    "Evidence",
    "Facts",
    "Likely",
    "NoPartyError",
    "Reason",
    "candidates",
    "candidates_of",
    "compare",
]
