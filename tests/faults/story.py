"""The graph as a simple model in memory: what each mutation does to it, or why it is refused.

Written from docs/writing.md, not from the writer: things in a dictionary, one mutation after the other.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOVES = {
    "POTENTIAL": ("CURRENT", "LOST"),
    "CURRENT": ("LOYAL", "LAPSED"),
    "LOYAL": ("CURRENT", "LAPSED"),
    "LAPSED": ("CURRENT", "LOST"),
    "LOST": (),
}
ROLES = {"Employment": ("person", "employer"), "Customer": ("party", "seller")}
_EVER = "9999"


class RefusedError(Exception):
    """The mutation is refused with this code, and changes nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Item:
    """A node or relationship: its values, the ids that its references (or `source` and `target`) lead to, and what
    became of it, one change after the other."""

    type: str
    values: dict[str, Any]
    ends: dict[str, str]
    changes: list[str] = field(default_factory=lambda: ["CREATED"])

    @property
    def is_open(self) -> bool:
        return "until" not in self.values


class Story:
    """Everything that is there, by id. What a mutation makes beside its own node gets an id of the story's own."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.gone: dict[str, Item] = {}
        self._made = 0

    def of(self, *types: str) -> dict[str, Item]:
        return {id: item for id, item in self.items.items() if item.type in types}

    def add(self, id: str, type: str, values: Mapping[str, Any], ends: Mapping[str, str] | None = None) -> Item:
        item = Item(type, dict(values), dict(ends or {}))
        if type in ROLES and self.open_role(type, item.ends):
            raise RefusedError("ALREADY_OPEN")
        self.items[id] = item
        return item

    def _beside(self, type: str, values: Mapping[str, Any], ends: Mapping[str, str]) -> Item:
        self._made += 1
        return self.add(f"story-{self._made}", type, values, ends)

    def open_role(self, type: str, ends: Mapping[str, str]) -> str | None:
        party, counterpart = ROLES[type]
        for id, item in self.of(type).items():
            if item.is_open and item.ends[party] == ends[party] and item.ends[counterpart] == ends[counterpart]:
                return id
        return None

    def change(self, id: str, values: Mapping[str, Any], expected: int | None = None) -> None:
        item = self.items[id]
        if expected is not None and expected != len(item.changes):
            raise RefusedError("VERSION_CONFLICT")
        if {**item.values, **values} != item.values:
            item.values |= values
            item.changes.append("UPDATED")

    def end(self, id: str, until: str) -> bool:
        """Whether it ended otherwise than before."""
        item = self.items[id]
        if until < item.values["since"]:
            raise RefusedError("BAD_PERIOD")
        if item.values.get("until") == until:
            return False
        item.values["until"] = until
        item.changes.append("ENDED")
        if item.type == "ReportsTo" and self._circle(id):
            raise RefusedError("CYCLE")
        return True

    def leave(self, id: str, until: str, successor: str | None) -> None:
        """With an employment end the reporting lines among those who ever worked there, and the care for customers."""
        person, employer = (self.items[id].ends[end] for end in ROLES["Employment"])
        if not self.end(id, until):
            return
        colleagues = {e.ends["person"] for e in self.of("Employment").values() if e.ends["employer"] == employer}
        for line, item in self.of("ReportsTo").items():
            source, target = item.ends["source"], item.ends["target"]
            other = source if target == person else target
            if item.is_open and person in (source, target) and other in colleagues:
                self.end(line, until)
                if target == person and successor not in (None, other):
                    self._follow(other, str(successor), until)
        for customer in self.of("Customer").values():
            if customer.is_open and customer.ends["seller"] == employer and customer.ends.get("owner") == person:
                customer.ends.pop("owner")
                customer.ends |= {"owner": successor} if successor else {}
                customer.changes.append("UPDATED")

    def _follow(self, source: str, target: str, since: str) -> None:
        ends = {"source": source, "target": target}
        lines = self.of("ReportsTo").values()
        if not any(line.ends == ends and line.values["since"] == since for line in lines):
            self._line(ends, since)

    def _line(self, ends: Mapping[str, str], since: str, id: str | None = None) -> None:
        if id is None:
            self._made += 1
            id = f"story-{self._made}"
        self.add(id, "ReportsTo", {"since": since}, ends)
        if self._circle(id):
            raise RefusedError("CYCLE")

    def report(self, id: str, source: str, target: str, since: str) -> None:
        ends = {"source": source, "target": target}
        if source == target:
            raise RefusedError("SELF_RELATION")
        if any(line.ends == ends and line.values["since"] == since for line in self.of("ReportsTo").values()):
            raise RefusedError("RELATED_ALREADY")
        self._line(ends, since, id)

    def _circle(self, id: str) -> bool:
        """Whether the line closes a circle of lines that hold at a common time."""
        lines = list(self.of("ReportsTo").values())
        item = self.items[id]

        def leads(start: str, low: str, high: str, seen: frozenset[str]) -> bool:
            if start == item.ends["source"]:
                return True
            for line in lines:
                begin, end = max(low, line.values["since"]), min(high, line.values.get("until", _EVER))
                to = line.ends["target"]
                if (
                    line.ends["source"] == start
                    and begin < end
                    and to not in seen
                    and leads(to, begin, end, seen | {to})
                ):
                    return True
            return False

        return leads(item.ends["target"], item.values["since"], item.values.get("until", _EVER), frozenset())

    def move(self, id: str, *steps: tuple[str, str, str | None]) -> None:
        """Steps of stage, time and reason; the customer changes once, however many they are."""
        customer, moved = self.items[id], False
        for to, at, reason in steps:
            before = customer.values["lifecycle"]
            if to == before:
                continue
            if to not in MOVES[before]:
                raise RefusedError("BAD_MOVE")
            stage = self.stage(id)
            began = stage.values["since"] if stage else customer.values["since"]
            if at < began:
                raise RefusedError("BAD_PERIOD")
            if stage is None:
                self._beside("CustomerStage", {"lifecycle": before, "since": began, "until": at}, {"customer": id})
            else:
                stage.values["until"] = at
                # What is made and ended at once is made, and nothing else.
                if not moved:
                    stage.changes.append("UPDATED")
            values = {"lifecycle": to, "since": at, **({"reason": reason} if reason else {})}
            self._beside("CustomerStage", values, {"customer": id})
            customer.values["lifecycle"] = to
            moved = True
        if moved:
            customer.changes.append("UPDATED")

    def stage(self, customer: str) -> Item | None:
        stages = self.of("CustomerStage").values()
        return next((s for s in stages if s.ends["customer"] == customer and s.is_open), None)

    def bought(self, buyer: str, seller: str, at: str) -> None:
        """What follows from a purchase: a first one makes a customer current, enough of them make it loyal."""
        id = self.open_role("Customer", {"party": buyer, "seller": seller})
        if id is None or self.items[id].values["lifecycle"] not in ("POTENTIAL", "CURRENT"):
            return
        stage = self.stage(id)
        since = stage.values["since"] if stage else self.items[id].values["since"]
        steps: list[tuple[str, str, str | None]] = []
        if self.items[id].values["lifecycle"] == "POTENTIAL":
            since = max(since, at)
            steps.append(("CURRENT", since, "first purchase"))
        often = self.items[seller].values.get("loyalAfterPurchases")
        purchases = [p for p in self.of("Purchase").values() if p.ends["buyer"] == buyer and p.ends["seller"] == seller]
        if often is not None and sum(p.values["at"] <= at for p in purchases) >= often:
            steps.append(("LOYAL", max(since, at), "loyalty rule of the seller"))
        self.move(id, *steps)

    def refund(self, id: str, line: str, values: Mapping[str, Any]) -> None:
        self.add(id, "Refund", values, {"line": line})
        refunds = sum(r.values["amount"] for r in self.of("Refund").values() if r.ends["line"] == line)
        bought = self.items[line].values
        if refunds > bought["quantity"] * bought["unitPrice"]:
            raise RefusedError("REFUND_TOO_LARGE")

    def delete(self, id: str) -> None:
        if any(id in item.ends.values() for item in self.items.values()):
            raise RefusedError("IN_USE")
        item = self.gone[id] = self.items.pop(id)
        item.changes.append("DELETED")

    def sums(self, purchase: str) -> tuple[Any, ...]:
        """What its lines come to, and what was paid back of it."""
        lines = {id: i for id, i in self.of("PurchaseLine").items() if i.ends["purchase"] == purchase}
        gross = sum(line.values["quantity"] * line.values["unitPrice"] for line in lines.values())
        return gross, sum(r.values["amount"] for r in self.of("Refund").values() if r.ends["line"] in lines)

    def history(self) -> Counter[tuple[str, str]]:
        """Type and kind of every change there ever was."""
        everything = (*self.items.values(), *self.gone.values())
        return Counter((item.type, kind) for item in everything for kind in item.changes)
