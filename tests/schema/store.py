"""A concept that the service does not have, declared as every concept is: one module, nothing else."""

from __future__ import annotations

from graph.model.declare import Connection, extend, inverse, node, prop, ref
from graph.model.scalars import Choice
from schema.base import Base
from schema.org_unit import OrgUnit


class StoreSize(Choice):
    """How large a store is."""

    KIOSK = "A window to the street."
    HALL = "A building of its own."


@node("sto", default_order="name")
class Store(Base):
    """A place with shelves, run by a unit."""

    name: str = prop("What the sign says.", filter=True, order=True, search=True)
    size: StoreSize = prop("How large it is.", filter=True)
    run_by: OrgUnit | None = ref("RUN_BY", "The unit that runs it.", key=True)


@extend("OrgUnit")
class WithStores:
    """What stores add to a unit."""

    stores: Connection[Store] = inverse("run_by", "The stores it runs.")
