"""The procedures there are."""

from __future__ import annotations

from collections.abc import Mapping

from resolvers.procedures import api_keys, dossier, duplicates, erasing, imports, merging, position
from resolvers.procedures.base import Procedure

_MODULES = (duplicates, dossier, imports, merging, erasing, position)
PROCEDURES: Mapping[str, Procedure] = {
    procedure.name: procedure for procedure in (*(module.PROCEDURE for module in _MODULES), *api_keys.PROCEDURES)
}
"""All of them by name."""
