"""From the positional row of a statement to the response.

The completer of a plan is one Python expression, written once when the plan is made and compiled to a function: dict
displays and comprehensions over the columns that graph/compiler/layout.py placed. It is text so that people can look
at it (`customer-graph explain`) and because nothing is faster. Every name in it comes from the plan: response keys are
GraphQL names and stand in it as string literals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.compiler.access import access, covers, knows_count, scans
from graph.compiler.calls import scanned, typename, window, within
from graph.compiler.changed import teller
from graph.compiler.cypher.names import Names
from graph.compiler.figures import aggregate_text, decoded
from graph.compiler.layout import Keys, Layout, Score, Side, Stored, cursor_sides, page_row
from graph.compiler.plan import (
    Aggregate,
    ChangedLeaf,
    ComputedLeaf,
    CursorLeaf,
    Edges,
    Fixed,
    Group,
    Leaf,
    Listed,
    MatchedField,
    MoneyLeaf,
    Nodes,
    One,
    Output,
    Page,
    PageInfo,
    Plan,
    Record,
    ScoreLeaf,
    Typename,
)
from graph.compiler.planner.windows import encode_cursor
from graph.model.elements import Property
from graph.model.values import decimal_text

Complete = Callable[[Sequence[Any], Mapping[str, Any], list[str]], dict[str, Any]]
"""Takes the statement's row, its parameters, and a list that receives the keys of connections that stopped early."""


def make_completer(names: Names, plan: Plan) -> tuple[str, Complete]:
    """The completer's source and the function; see Complete for what it takes."""
    writer = _Writer(names)
    layout = Layout(o for _, o in plan.outputs)
    source = writer.outputs(plan.outputs, layout, "r", 0)
    code = compile(f"lambda r, p, n: {source}", "<completer>", "eval")
    return source, eval(code, writer.namespace)  # noqa: S307  # the text is ours alone


class _Writer:
    """Writes expressions; `namespace` holds the functions that they call."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._rows = 0
        self.namespace: dict[str, Any] = {
            "__builtins__": {"min": min, "bool": bool},
            "cursor": encode_cursor,
            "window": window,
            "scanned": scanned,
            "within": within,
            "typename": typename({n.prefix: n.name for n in names.model.nodes.values()}),
        }

    def outputs(self, outputs: Sequence[tuple[str, Output | Record]], layout: Layout, row: str, shift: int) -> str:
        """`{"id": r[0], "name": r[1]}`"""
        return "{" + ", ".join(f"{key!r}: {self.output(o, layout, row, shift)}" for key, o in outputs) + "}"

    def output(self, output: Output | Record, layout: Layout, row: str, shift: int) -> str:
        """The expression of one key of the response; `shift` columns of the row are taken by its type's number."""

        def at(key: object) -> str:
            return layout.at(row, key, shift)

        match output:
            case Typename(name=None):
                return f"typename({at(Stored('id', 'node'))})"
            case Typename(name=name):
                return repr(name)
            case Fixed(value=value):
                return repr(value)
            case Leaf(property=item, on=on):
                return "None" if output.masked else self._value(item, at(Stored(item.name, on)))
            case MoneyLeaf():
                return "None" if output.masked else self._money(output, at)
            case ComputedLeaf(computed=item):
                function = self.bind(item.function)
                needs = ", ".join(at(Stored(name, "node")) for name in item.needs)
                return decoded(self.bind, item.scalar, f"{function}({needs})")
            case ChangedLeaf():
                return self._changed(output, at)
            case ScoreLeaf():
                return at(Score())
            case MatchedField():
                return at(id(output))
            case Record():
                return self.record(output, at(id(output)))
            case One():
                return "None" if output.masked else self._one(output, at(id(output)))
            case Listed():
                return self._listed(output, at)
            case Group(outputs=outputs):
                return self.outputs(outputs, layout, row, shift)
            case Page():
                return "None" if output.masked else self._page(output, at)
            case CursorLeaf():
                raise ValueError("a cursor belongs to a page")

    def _one(self, one: One, found: str) -> str:
        if one.is_joined:
            return f"({self.record(one.record, found)} if {found} is not None else None)"
        return f"({self.record(one.record, f'{found}[0]')} if {found} else None)"

    def record(self, record: Record, row: str) -> str:
        """A dict, or where the types differ one dict for each number that the row starts with."""
        if len(record.branches) == 1:
            outputs = record.branches[0].outputs
            return self.outputs(outputs, Layout(o for _, o in outputs), row, 0)
        dicts = [self.outputs(b.outputs, Layout(o for _, o in b.outputs), row, 1) for b in record.branches]
        choice = "".join(f"{text} if {row}[0] == {index} else " for index, text in enumerate(dicts[:-1]))
        return f"({choice}{dicts[-1]})"

    def _row(self) -> str:
        self._rows += 1
        return f"r{self._rows}"

    def bind(self, value: Any) -> str:
        """The name under which an expression reaches a function."""
        name = next((n for n, v in self.namespace.items() if v is value), f"f{len(self.namespace)}")
        self.namespace[name] = value
        return name

    def _value(self, item: Property, text: str) -> str:
        plain = decoded(self.bind, item.scalar, text)
        return f"(None if {text} is None else {plain})" if item.nullable and item.scalar.decode else plain

    def _money(self, leaf: MoneyLeaf, at: Callable[[object], str]) -> str:
        amount = at(Stored(leaf.property.name, leaf.on))
        texts = {
            "amount": f"{self.bind(decimal_text)}({amount})",
            "currency": at(Stored("currency", leaf.on)),
            "__typename": "'Money'",
        }
        found = "{" + ", ".join(f"{key!r}: {texts[name]}" for key, name in leaf.keys) + "}"
        return f"(None if {amount} is None else {found})" if leaf.property.nullable else found

    def _changed(self, leaf: ChangedLeaf, at: Callable[[object], str]) -> str:
        """`[{"name": r1[0], "after": r1[2]} for r1 in f9(r[0], r[1], r[2])]`"""
        item, row = leaf.changed, self._row()
        told = self.bind(teller(self.names.model, leaf.unseen))
        held = ", ".join(at(Stored(name, "node")) for name in (item.type, item.before, item.after))
        texts = {"__typename": "'FieldChange'", "name": f"{row}[0]", "before": f"{row}[1]", "after": f"{row}[2]"}
        keys = ", ".join(f"{key!r}: {texts[name]}" for key, name in leaf.keys)
        return f"[{{{keys}}} for {row} in {told}({held})]"

    def _listed(self, listed: Listed, at: Callable[[object], str]) -> str:
        """`[found.get(i) for i in ids]`: in the order of the ids, null for those unknown."""
        parts = []
        for match, record in listed.matches:
            row = self._row()
            parts.append(f"**{{{row}[0]: {self.record(record, f'{row}[1]')} for {row} in {at(id(match))}}}")
        ids = self._parameter(self.names.param(listed.ids))
        return f"(lambda d: [d.get(i) for i in {ids}])({{{', '.join(parts)}}})"

    def _parameter(self, name: str) -> str:
        return f"p[{name.removeprefix('$')!r}]"

    def _page(self, page: Page, at: Callable[[object], str]) -> str:
        """`{"nodes": [... for r1 in r[0]]}`; where the page tells whether there are more
        `(lambda w: {"edges": [... for r1 in w[0]]})(window(r[0], p["p2"], False))`"""
        rows = Layout(page_row(page))
        text = f"{{{', '.join(f'{key!r}: {self._part(page, part, rows, at)}' for key, part in page.parts)}}}"
        if scans(page):
            limit = self._parameter(self.names.param(page.window.limit))
            way = f"{limit}, {page.window.peeks}, {page.window.backward}"
            text = f"(lambda w: {text})(scanned({at(('rows', id(page)))}, {way}, n, {page.key!r}))"
        elif page.window.peeks:
            limit = self._parameter(self.names.param(page.window.limit))
            text = f"(lambda w: {text})(window({at(('rows', id(page)))}, {limit}, {page.window.backward}))"
        if covers(page):
            limit = self._parameter(self.names.param(page.bounds.cover))
            what = page.match.target.plural
            text = f"within({at(('covered', id(page)))}, {limit}, {page.key!r}, {what!r}) and {text}"
        return text

    def _found(self, page: Page, at: Callable[[object], str]) -> str:
        """The rows of the page in the order of the connection."""
        if page.window.peeks or scans(page):
            return "w[0]"
        return f"{at(('rows', id(page)))}{'[::-1]' if page.window.backward else ''}"

    def _part(self, page: Page, part: Any, rows: Layout, at: Callable[[object], str]) -> str:
        match part:
            case Typename(name=name):
                return repr(name)
            case Edges(outputs=outputs):
                row = self._row()
                dicts = ", ".join(f"{key!r}: {self._edge(page, o, rows, row)}" for key, o in outputs)
                return f"[{{{dicts}}} for {row} in {self._found(page, at)}]"
            case Nodes(record=record):
                row = self._row()
                return f"[{self.output(record, rows, row, 0)} for {row} in {self._found(page, at)}]"
            case PageInfo(keys=keys):
                return "{" + ", ".join(f"{key!r}: {self._info(page, name, keys, rows, at)}" for key, name in keys) + "}"
            case Aggregate():
                return aggregate_text(self.bind, self._row, part, at)
            case name:
                return self._count(page, name, at(("count", id(page))))

    def _edge(self, page: Page, output: Output | Record, rows: Layout, row: str) -> str:
        if isinstance(output, CursorLeaf):
            return self._cursor(page, rows.at(row, Keys()))
        return self.output(output, rows, row, 0)

    def _cursor(self, page: Page, keys: str) -> str:
        own = page.digest
        text = repr(own) if isinstance(own, str) else self._parameter(self.names.param(own))
        return f"cursor({text}, {keys})"

    def _info(
        self, page: Page, name: str, keys: tuple[tuple[str, str], ...], rows: Layout, at: Callable[[object], str]
    ) -> str:
        if name == "__typename":
            return "'PageInfo'"
        if name in ("startCursor", "endCursor"):
            found = self._found(page, at)
            row = rows.at(f"{found}[{0 if name == 'startCursor' else -1}]", Keys())
            text = f"{self._cursor(page, row)} if {found} else None"
            if scans(page) and (name == "startCursor") == page.window.backward:
                text = f"{self._cursor(page, 'w[2][0]')} if w[2] else {text}"
            return f"({text})"
        if name == "stoppedEarly":
            return "bool(w[2])" if scans(page) else "False"
        side: Side = "before" if name == "hasNextPage" else "after"
        more = ["w[1]"] if (side == "after") == page.window.backward else []
        if side in cursor_sides(page, keys):
            more.append(f"bool({at(('behind', side, id(page)))})")
        return f"({' or '.join(more)})" if more else "False"

    def _count(self, page: Page, name: str, text: str) -> str:
        total = name == "totalCount"
        if page.match.full_text is not None:
            window = self._parameter(self.names.param(page.match.full_text.window))
            return f"{text}[0]" if total else f"({text}[1] < {window})"
        if knows_count(page.match):
            return text if total else "True"
        if access(page.match, page.order).tested:
            return f"{text}[0]" if total else f"({text}[1] < {self._parameter(self.names.param(page.bounds.scan))})"
        cap = self._parameter(self.names.param(page.bounds.count))
        return f"min({text}, {cap} - 1)" if total else f"({text} < {cap})"
