from graph.check.circles import closing_edges
from graph.writer.work import EdgeState
from schema.declarations import model

PART_OF = model().relationships["PartOf"]


def edge(source: str, target: str, since: str = "2024", until: str | None = None) -> EdgeState:
    return EdgeState(PART_OF, source, target, {"id": f"{source}{target}", "since": since, "until": until})


def closing(*edges: EdgeState) -> list[str]:
    return [e.id for e in closing_edges(edges)]


def test_a_tree_has_no_circle() -> None:
    assert closing(edge("b", "a"), edge("c", "a"), edge("d", "b")) == []


def test_a_circle_is_named_by_the_edge_that_closes_it() -> None:
    assert closing(edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("d", "a")) == ["ca"]


def test_a_node_that_leads_to_itself_is_a_circle() -> None:
    assert closing(edge("a", "a")) == ["aa"]


def test_two_circles_are_two_findings() -> None:
    assert closing(edge("a", "b"), edge("b", "a"), edge("c", "d"), edge("d", "c"), edge("b", "c")) == ["ba", "dc"]


def test_what_was_never_open_at_one_time_is_no_circle() -> None:
    assert closing(edge("a", "b", "2020", "2022"), edge("b", "a", "2022")) == []
    assert closing(edge("a", "b", "2020", "2023"), edge("b", "a", "2022")) == ["ba"]


def test_a_long_chain_is_set_aside_at_once() -> None:
    assert closing(*(edge(str(n), str(n + 1)) for n in range(20_000))) == []
