"""The procedures there are."""

from __future__ import annotations

from collections.abc import Mapping

from resolvers.procedures import dossier, duplicates, erasing, imports, merging
from resolvers.procedures.base import Procedure

_MODULES = (duplicates, dossier, imports, merging, erasing)
PROCEDURES: Mapping[str, Procedure] = {module.PROCEDURE.name: module.PROCEDURE for module in _MODULES}
"""All of them by name."""
