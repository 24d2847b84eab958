"""The tables of docs/model.md say what the declarations say."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path as File

import pytest

import server
from graph.migrations import required_schema
from graph.model.elements import NodeType, Property, RelationshipType
from graph.model.model import Model
from graph.model.ways import SELF, About, Behind, Everybody, Path, Scope, Way, With, Without
from graph.writer.subjects import personal_properties
from schema.declarations import model

PAGE = File(server.__file__).parent / "docs" / "model.md"
COMMON = {"id", "createdAt", "updatedAt", "version", "since", "until"}
SHOWN = "Brand", "Customer"


def table(*rows: Iterable[str]) -> str:
    head, *body = (list(row) for row in rows)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *body])


def values(owner: NodeType | RelationshipType, without: Iterable[str] = ()) -> str:
    """Name and kind of each stored property; `?` may be missing, `*` is kept by the writer, `†` is hidden."""
    shown = (p for p in owner.properties if p.name not in {*COMMON, *without})
    return ", ".join(f"`{p.name}` {p.scalar.name}{marks(p)}" for p in shown) or "none"


def marks(item: Property) -> str:
    return "?" * item.nullable + "*" * (item.derived and not item.hidden) + "†" * item.hidden


def nodes(found: Model) -> str:
    head = "type", "ids", "labels", "begins and ends", "default order", "properties of its own"
    rows = []
    for node in (*found.interfaces.values(), *found.nodes.values()):
        inherited = {name for i in node.interfaces for name in found.type(i).fields}
        labels, dated = "".join(f":{label}" for label in node.labels), "yes" if node.dated else ""
        ids = f"`{node.prefix}_`" if node.prefix else "interface"
        order = f"`{node.default_order}`{' falling' * node.newest_first}"
        rows.append((f"`{node.name}`", ids, f"`{labels}`", dated, order, values(node, inherited)))
    return table(head, *rows)


def references(found: Model) -> str:
    rows = [
        (
            f"`{node.name}.{reference.name}`",
            f"`({node.label})-[:{reference.step.type}]->({reference.target})`",
            "at most one" if reference.nullable else "exactly one",
            f"`{reference.key}`" if reference.key else "",
        )
        for node in found.nodes.values()
        for reference in node.references
        if not reference.step.relationship
    ]
    return table(("field", "in the graph", "how many", "id copied to"), *rows)


def relationships(found: Model) -> str:
    rows = []
    for kind in found.relationships.values():
        rules = [word for word, holds in (("symmetric", kind.symmetric), ("no circles", kind.acyclic)) if holds]
        pattern = f"`({kind.source})-[:{kind.type}]->({kind.target})`"
        rows.append((f"`{kind.name}`", f"`{kind.prefix}_`", pattern, ", ".join(rules), values(kind)))
    return table(("type", "ids", "in the graph", "rules", "properties of its own"), *rows)


def shortcuts(found: Model) -> str:
    rows = []
    for node in found.nodes.values():
        if node.role:
            party, counterpart = (node.fields[name] for name in (node.role.party, node.role.counterpart))
            ends = getattr(party, "target", ""), getattr(counterpart, "target", "")
            rows.append((f"`{node.name}`", f"`({ends[0]})-[:{node.role.shortcut}]->({ends[1]})`"))
    return table(("role", "shortcut while one of them is open"), *rows)


def indexes(found: Model) -> str:
    rows = [
        (f"`{label}`", "unique" if definition.kind == "unique" else "index", ", ".join(definition.properties))
        for label in SHOWN
        for definition in required_schema(found)
        if definition.labels == (label,)
    ]
    return table(("label", "what", "on"), *rows)


def restricted(found: Model) -> str:
    rows = []
    owners: list[NodeType | RelationshipType] = [found.anything, *found.interfaces.values(), *found.nodes.values()]
    for owner in [*owners, *found.relationships.values()]:
        if whole := getattr(owner, "visible_to", None):
            rows.append((f"`{owner.name}`, and all that leads to it", roles(whole)))
        rows.extend(
            (f"`{owner.name}.{item.name}`", roles(some))
            for item in owner.fields.values()
            if (some := getattr(item, "visible_to", None)) and not inherited(found, owner, item.name)
        )
    return table(("what", "roles that see it"), *rows)


def roles(found: Iterable[str]) -> str:
    return ", ".join(f"`{role}`" for role in sorted(found))


def inherited(found: Model, owner: NodeType | RelationshipType, name: str) -> bool:
    """Whether the rows of an interface, or of all nodes together, tell of the field already."""
    above = (*owner.interfaces, "Node") if isinstance(owner, NodeType) and owner.name != "Node" else ()
    return any(name in found.type(i).fields for i in above)


def scopes(found: Model) -> str:
    rows = []
    for node in (*found.interfaces.values(), *found.nodes.values()):
        if node.scope is not None and not any(found.type(i).scope == node.scope for i in node.interfaces):
            rows.append((f"`{node.name}`", ways(node.scope)))
        rows.extend(
            (f"`{node.name}.{item.name}`", ways(item.scope))
            for item in node.properties
            if item.scope is not None and not inherited(found, node, item.name)
        )
    return table(("what", "is seen where one of these holds"), *rows)


def ways(scope: Scope) -> str:
    return "; ".join(way(one) + " \\*" * (isinstance(one, Path) and one.keeps) for one in scope)


def public(found: Model) -> str:
    rows = []
    for node in (*found.interfaces.values(), *found.nodes.values()):
        above = [found.type(i) for i in node.interfaces]
        ways = [own(found, node), *(way(one, "is their party") for one in node.public)]
        if not any(a.principal or a.public for a in above):
            rows.append((f"`{node.name}`", "; ".join(w for w in ways if w) or "never"))
    return table(("what", "customers and partners see it where one of these holds"), *rows)


def own(found: Model, node: NodeType) -> str:
    if node.principal:
        return "it is their party"
    if node.about is None or (node.visible_to and SELF not in node.visible_to):
        return ""
    is_told = found.type(node.reference(node.about).target).principal
    return f"its `{node.about}` is their party" if is_told else f"they see its `{node.about}`"


def way(one: Way, home: str = "has such an `organisationId`") -> str:
    match one:
        case Path(steps=()):
            return "its own `organisationId` is one of theirs"
        case Path(steps=steps):
            arrows = (f"<-[:{s.type}]-()" if s.direction == "in" else f"-[:{s.type}]->()" for s in steps)
            return f"`({''.join(('n)', *arrows))}` {home}"
        case Behind(reference=reference, also=also):
            return " and ".join((f"they see its `{reference}`", *(f"its `{name}` where it has one" for name in also)))
        case Without(reference=reference):
            return f"it has no `{reference}`"
        case With(collection=collection):
            return f"they see one of its `{collection}`"
        case About(reference=reference):
            return f"its `{reference}` is their party"
        case Everybody():
            return "always"


def personal(found: Model) -> str:
    rows = []
    owners: tuple[NodeType | RelationshipType, ...] = (
        *found.interfaces.values(),
        *found.nodes.values(),
        *found.relationships.values(),
    )
    for owner in owners:
        inherited = {name for i in getattr(owner, "interfaces", ()) for name in found.type(i).fields}
        names = [f"`{item.name}`" for item in personal_properties(owner) if item.name not in inherited]
        whole = isinstance(owner, NodeType) and owner.personal
        if names or whole:
            rows.append(
                (
                    f"`{owner.name}`",
                    f"its `{owner.about}`" if owner.about else "itself",
                    "all" * whole or ", ".join(names),
                )
            )
    return table(("type", "whose data it is", "what is erased"), *rows)


def alike(found: Model) -> str:
    rows = [
        (f"`{n.name}`", ", ".join(f"`{name}`" for name in n.once_open)) for n in found.nodes.values() if n.once_open
    ]
    return table(("type", "alike in"), *rows)


TABLES: dict[str, Callable[[Model], str]] = {
    "nodes": nodes,
    "references": references,
    "relationships": relationships,
    "shortcuts": shortcuts,
    "indexes": indexes,
    "alike": alike,
    "personal": personal,
    "restricted": restricted,
    "scopes": scopes,
    "public": public,
}


@pytest.mark.parametrize("name", TABLES)
def test_table_says_what_the_declarations_say(name: str) -> None:
    expected = TABLES[name](model())
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/model.md has no <!-- {name} --> ... <!-- end -->"
    assert found[1].strip() == expected, (
        f"docs/model.md: between <!-- {name} --> and <!-- end --> belongs\n\n{expected}\n"
    )
