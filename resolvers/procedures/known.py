"""The procedures there are."""

from __future__ import annotations

from collections.abc import Mapping

from resolvers.procedures import erasing, imports, merging
from resolvers.procedures.base import Procedure

PROCEDURES: Mapping[str, Procedure] = {p.name: p for p in (imports.PROCEDURE, merging.PROCEDURE, erasing.PROCEDURE)}
"""All of them by name."""
