"""The procedures there are."""

from __future__ import annotations

from collections.abc import Mapping

from resolvers.procedures import api_keys, dossier, duplicates, erasing, imports, merging, partner, position, settling
from resolvers.procedures.base import Procedure, Root

_MODULES = (duplicates, dossier, imports, merging, erasing, position, settling)
_ALL = (*(module.PROCEDURE for module in _MODULES), *api_keys.PROCEDURES, *partner.PROCEDURES)
PROCEDURES: Mapping[Root, Mapping[str, Procedure]] = {
    root: {procedure.name: procedure for procedure in _ALL if procedure.root == root}
    for root in ("Query", "Mutation", "Viewer")
}
"""By the type that they are fields of, and by name."""
