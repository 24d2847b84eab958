"""Random mutations leave the graph that a simple model in memory has, also where they fail on their way."""

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from access.viewer import LOCAL
from graph.check import check
from graph.client import DatabaseSettings
from graph.client.errors import DatabaseBusyError, OutcomeUnknownError
from graph.events import last_position
from graph.migrations import upgrade
from graph.writer import Put, write
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.faults.conftest import LONG, SHORT
from tests.faults.reading import read_graph, told, told_by
from tests.faults.story import RefusedError, Story
from tests.support.failing import FailingDatabase, Fault, InjectedError

DAYS = st.integers(1, 9).map(lambda n: f"2024-01-{n:02}T00:00:00.000Z")
FAULTS = st.one_of(
    st.none(),
    st.none(),
    st.builds(Fault, st.one_of(st.integers(0, 30), st.just("commit")), st.builds(InjectedError)),
    st.builds(Fault, st.integers(0, 30), st.builds(DatabaseBusyError, address=st.just("127.0.0.1"))),
    st.builds(Fault, st.just("answer"), st.builds(OutcomeUnknownError)),
)
"""Failures that end the mutation, that pass by themselves, and that lose its answer."""
PLACE = st.integers(0, 99)
Given = Mapping[str, Any]


def ref(id: str | None) -> dict[str, str] | None:
    return None if id is None else {"id": id}


class Bench:
    """An executor whose database can fail, in an event loop of its own."""

    def __init__(self, at: DatabaseSettings) -> None:
        self.runner = asyncio.Runner()
        connected = self.runner.run(FailingDatabase.connect(at))
        assert isinstance(connected, FailingDatabase)
        self.database = connected
        self.runner.run(upgrade(connected, model()))
        self.executor = Executor(core_schema(build_schema(model())), model(), connected)

    def ask(self, text: str, variables: Given) -> dict[str, Any]:
        answer = self.runner.run(self.executor.execute(Request(text, variables), LOCAL))
        return dict(json.loads(answer.body))

    def rows(self, text: str, parameters: Given | None = None) -> list[list[Any]]:
        return self.runner.run(self.database.run_implicit(text, parameters))

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


class Mutations(RuleBasedStateMachine):
    """Each rule sends a mutation and tells the same to the story; a place chooses among what is there."""

    bench: Bench
    keys = 0

    def __init__(self) -> None:
        super().__init__()
        self.before = [id for (id,) in self.bench.rows("MATCH (n) RETURN elementId(n)")]
        self.start = self.bench.runner.run(last_position(self.bench.database))
        self.story = Story()
        self.last: Callable[[], None] | None = None
        for name in ("An", "Bình"):
            self.make("Person", {"name": name}, None)
        self.make("Organisation", {"name": "Phở", "kind": "BUSINESS", "loyalAfterPurchases": 2}, None)
        self.make("Organisation", {"name": "Bún", "kind": "BUSINESS"}, None)
        self.make("Product", {"name": "Tô", "kind": "GOOD", "discontinued": False}, None)

    # What is sent, what it is answered, and what the story says to it

    def send(
        self,
        name: str,
        payload: str,
        given: Given,
        fault: Fault | None,
        tell: Callable[[Story, dict[str, Any]], object],
        *,
        shows: str = "id",
    ) -> None:
        """Sends a mutation under a key of its own; `tell` tells the story, from what the payload shows."""
        Mutations.keys += 1
        input = {**given, "idempotencyKey": f"story {Mutations.keys}"}
        is_plain = payload in ("id", "deletedId")
        shown = payload if is_plain else f"{payload} {{ {shows} }}"
        text = (
            f"mutation ($input: {name[0].upper()}{name[1:]}Input!) "
            f"{{ {name}(input: $input) {{ {shown} userErrors {{ code }} }} }}"
        )
        self.bench.database.fault = fault
        try:
            answer = self.bench.ask(text, {"input": input})
        except InjectedError:
            self.compare()
            answer = self.bench.ask(text, {"input": input})
        if fault is not None and fault.at == "answer" and fault.fired:
            assert answer["errors"][0]["extensions"]["code"] == OutcomeUnknownError.code
            answer = self.bench.ask(text, {"input": input})
        self.bench.database.fault = None
        assert "errors" not in answer, answer
        found = answer["data"][name]
        result = {"id": found[payload]} if is_plain else found[payload]
        story = copy.deepcopy(self.story)
        expected = []
        try:
            tell(story, result or {"id": "refused"})
        except RefusedError as refused:
            expected = [refused.code]
        assert [error["code"] for error in found["userErrors"]] == expected, (given, found)
        if not expected:
            self.story = story
            self.last = lambda: self.repeat(text, input, name, found)

    def repeat(self, text: str, input: Given, name: str, found: Given) -> None:
        assert self.bench.ask(text, {"input": input})["data"][name] == found

    def make(self, type: str, values: Given, fault: Fault | None, **ends: str | None) -> None:
        """Makes a node; `ends` are its references."""
        given = {**values, **{name: ref(id) for name, id in ends.items() if id is not None}}
        held = {name: id for name, id in ends.items() if id is not None}
        payload = type[0].lower() + type[1:]
        self.send(f"create{type}", payload, given, fault, lambda s, r: s.add(r["id"], type, values, held))

    def pick(self, place: int, *types: str) -> str:
        known = [id for id in self.story.of(*types) if not id.startswith("story-")]
        return known[place % len(known)]

    def has(self, type: str) -> bool:
        return any(not id.startswith("story-") for id in self.story.of(type))

    # The rules

    @rule(name=st.sampled_from(["Cúc", "Dũng", "O'Neill"]), fault=FAULTS)
    def create_person(self, name: str, fault: Fault | None) -> None:
        self.make("Person", {"name": name}, fault)

    @rule(who=PLACE, name=st.sampled_from(["An", "Én"]), off=st.sampled_from([None, 0, 0, 1]), fault=FAULTS)
    def update_person(self, who: int, name: str, off: int | None, fault: Fault | None) -> None:
        id = self.pick(who, "Person")
        expected = None if off is None else len(self.story.items[id].changes) + off
        given = {"by": ref(id), "name": name, "expectedVersion": expected}
        self.send("updatePerson", "person", given, fault, lambda s, _: s.change(id, {"name": name}, expected))

    @rule(who=PLACE, fault=FAULTS)
    def delete_person(self, who: int, fault: Fault | None) -> None:
        id = self.pick(who, "Person")
        if len(self.story.of("Person")) > 2:
            self.send("deletePerson", "deletedId", {"by": ref(id)}, fault, lambda s, _: s.delete(id))

    @rule(who=PLACE, where=PLACE, since=DAYS, fault=FAULTS)
    def employ(self, who: int, where: int, since: str, fault: Fault | None) -> None:
        person, employer = self.pick(who, "Person"), self.pick(where, "Organisation")
        self.make("Employment", {"since": since}, fault, person=person, employer=employer)

    @precondition(lambda self: self.has("Employment"))
    @rule(which=PLACE, until=DAYS, successor=st.none() | PLACE, fault=FAULTS)
    def leave(self, which: int, until: str, successor: int | None, fault: Fault | None) -> None:
        id = self.pick(which, "Employment")
        others = [p for p in self.story.of("Person") if p != self.story.items[id].ends["person"]]
        heir = None if successor is None else others[successor % len(others)]
        given = {"by": ref(id), "until": until, "reassignTo": ref(heir)}
        self.send("endEmployment", "employment", given, fault, lambda s, _: s.leave(id, until, heir))

    @rule(who=PLACE, to=PLACE, since=DAYS, fault=FAULTS)
    def report(self, who: int, to: int, since: str, fault: Fault | None) -> None:
        source, target = self.pick(who, "Person"), self.pick(to, "Person")
        given = {"source": ref(source), "target": ref(target), "since": since}
        self.send("createReportsTo", "id", given, fault, lambda s, r: s.report(r["id"], source, target, since))

    @precondition(lambda self: self.has("ReportsTo"))
    @rule(which=PLACE, until=DAYS, fault=FAULTS)
    def end_report(self, which: int, until: str, fault: Fault | None) -> None:
        id = self.pick(which, "ReportsTo")
        given = {"id": id, "until": until}
        self.send("endReportsTo", "id", given, fault, lambda s, _: s.end(id, until))

    @rule(
        who=PLACE, where=PLACE, owner=st.none() | PLACE, lifecycle=st.sampled_from(["POTENTIAL", "CURRENT"]),
        since=DAYS, fault=FAULTS,
    )  # fmt: skip
    def customer(
        self, who: int, where: int, owner: int | None, lifecycle: str, since: str, fault: Fault | None
    ) -> None:
        ends = {"party": self.pick(who, "Person", "Organisation"), "seller": self.pick(where, "Organisation")}
        keeper = None if owner is None else self.pick(owner, "Person")
        self.make("Customer", {"since": since, "lifecycle": lifecycle}, fault, owner=keeper, **ends)

    @precondition(lambda self: self.has("Customer"))
    @rule(which=PLACE, to=st.sampled_from(["CURRENT", "LOYAL", "LAPSED", "LOST"]), at=DAYS, fault=FAULTS)
    def move(self, which: int, to: str, at: str, fault: Fault | None) -> None:
        id = self.pick(which, "Customer")
        given = {"by": ref(id), "to": to, "at": at, "reason": "so"}
        self.send("moveCustomer", "customer", given, fault, lambda s, _: s.move(id, (to, at, "so")))

    @precondition(lambda self: self.has("Customer"))
    @rule(which=PLACE, until=DAYS, fault=FAULTS)
    def end_customer(self, which: int, until: str, fault: Fault | None) -> None:
        id = self.pick(which, "Customer")
        given = {"by": ref(id), "until": until}
        self.send("endCustomer", "customer", given, fault, lambda s, _: s.end(id, until))

    @rule(who=PLACE, where=PLACE, at=DAYS, amounts=st.lists(st.integers(1, 3), max_size=2), fault=FAULTS)
    def buy(self, who: int, where: int, at: str, amounts: list[int], fault: Fault | None) -> None:
        ends = {"buyer": self.pick(who, "Person"), "seller": self.pick(where, "Organisation")}
        values = {"at": at, "currency": "VND"}
        product = self.pick(0, "Product")
        price = {"unitPrice": "10", "discount": "0"}
        lines = [
            {"position": n, "quantity": str(amount), **price, "product": ref(product)}
            for n, amount in enumerate(amounts, 1)
        ]
        given = {**values, **{e: ref(i) for e, i in ends.items()}, "lines": lines, "allow": ["NOT_OFFERED"]}

        def bought(story: Story, result: dict[str, Any]) -> None:
            story.add(result["id"], "Purchase", values, ends)
            made = {line["position"]: line["id"] for line in result["lines"]["nodes"]}
            for n, amount in enumerate(amounts, 1):
                numbers = {"quantity": Decimal(amount), "unitPrice": Decimal(10), "discount": Decimal(0)}
                held = {"purchase": result["id"], "product": product}
                story.add(made[n], "PurchaseLine", {"position": n, **numbers}, held)
            story.bought(ends["buyer"], ends["seller"], at)

        self.send("createPurchase", "purchase", given, fault, bought, shows="id lines { nodes { id position } }")

    @precondition(lambda self: self.has("PurchaseLine"))
    @rule(which=PLACE, amount=st.sampled_from([4, 10, 25]), at=DAYS, fault=FAULTS)
    def refund(self, which: int, amount: int, at: str, fault: Fault | None) -> None:
        line = self.pick(which, "PurchaseLine")
        values = {"at": at, "amount": Decimal(amount)}
        given = {"line": ref(line), "at": at, "amount": str(amount)}
        self.send("createRefund", "refund", given, fault, lambda s, r: s.refund(r["id"], line, values))

    @rule(names=st.lists(st.sampled_from(["Én", "Gấm", ""]), min_size=2, max_size=5), fault=FAULTS)
    def write_groups(self, names: list[str], fault: Fault | None) -> None:
        """The writer itself: groups of two people, of whom one without a name takes the other one along."""
        pairs = [(names[n : n + 2]) for n in range(len(names) - 1)]
        groups = [[Put("Person", values={"name": name}) for name in pair] for pair in pairs]
        for each in (fault, None):
            self.bench.database.fault = each
            try:
                outcomes = self.bench.runner.run(write(self.bench.database, model(), groups, by="story"))
            except InjectedError:
                self.compare()
            except OutcomeUnknownError:
                # Without a key nobody can tell: what is there now is read, and taken as told.
                return self.adopt(pairs)
            else:
                break
        self.bench.database.fault = None
        assert [o.error is None for o in outcomes] == [all(pair) for pair in pairs]
        for pair, outcome in zip(pairs, outcomes, strict=True):
            for name, made in zip(pair, outcome.written, strict=False):
                self.story.add(made.id, "Person", {"name": name})
        return None

    def adopt(self, pairs: list[list[str]]) -> None:
        found = self.bench.rows("MATCH (n:Person) WHERE NOT n.id IN $ids RETURN n.id, n.name",
                                {"ids": list(self.story.items)})  # fmt: skip
        for id, name in found:
            self.story.add(id, "Person", {"name": name})
        assert sorted(name for _, name in found) == sorted(name for pair in pairs if all(pair) for name in pair)

    @precondition(lambda self: self.last is not None)
    @rule()
    def send_again(self) -> None:
        if self.last is not None:
            self.last()
            self.last = None

    # The comparison

    def compare(self) -> None:
        """The graph is what the story says, and so are its history and its events."""
        bench, known = self.bench, set(self.story.items)
        graph = bench.runner.run(read_graph(bench.database, model(), self.before, known))
        assert graph == told(self.story)
        assert bench.runner.run(told_by(bench.database, self.start)) == graph.changes

    def teardown(self) -> None:
        try:
            self.compare()
            assert self.bench.runner.run(check(self.bench.database, model())) == []
        finally:
            self.bench.rows(
                "MATCH (n) WHERE NOT elementId(n) IN $before CALL (n) { DETACH DELETE n } IN TRANSACTIONS",
                {"before": self.before},
            )


def test_random_mutations_leave_what_a_simple_model_says(neo4j_settings: DatabaseSettings) -> None:
    name = settings.get_current_profile_name()
    extent = settings.get_profile(name if name == LONG else SHORT)
    Mutations.bench = Bench(neo4j_settings)
    try:
        run_state_machine_as_test(Mutations, settings=extent)
    finally:
        Mutations.bench.close()
