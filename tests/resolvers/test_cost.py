"""What an operation may cost is said before it runs: natural screens fit the defaults, floods do not."""

import orjson
import pytest

from access.viewer import LOCAL
from graph.compiler.cost import CostError
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

LOOKUP = '(by: { id: "org_00000000000000000000000000000001" })'
CHART = "{ title person { name email reports { nodes { name } totalCount } } }"
SCREENS = {
    "a chart of four levels": f"""{{ organisation{LOOKUP} {{ name employees {{ nodes {CHART} }}
        units {{ nodes {{ name kind units {{ nodes {{ name kind units {{ nodes {{ name kind
        units {{ nodes {{ name kind }} }} }} }} }} }} }} }} }} }}""",
    "people four levels down": """{ person(by: { id: "per_00000000000000000000000000000001" }) {
        name reports { nodes { name reports { nodes { name reports { nodes { name reports { nodes {
        name manager { name } } } } } } } } } } }""",
    "everything about a customer": f"""{{ organisation{LOOKUP} {{ name taxId
        customerOf {{ nodes {{ lifecycle seller {{ name }}
        purchases {{ totalCount aggregate {{ net {{ sum }} }} }} }} }}
        purchases(last: 10) {{ totalCount nodes {{ at net {{ amount }}
        lines(first: 50) {{ nodes {{ quantity product {{ name }} }} }} }} }}
        employees {{ totalCount nodes {{ person {{ name }} }} }} representatives {{ nodes {{ name }} }}
        parents {{ nodes {{ name }} }} suppliers {{ totalCount }} customers {{ totalCount }} }} }}""",
    "a list of fifty with figures": """{ customers(first: 50, filter: { lifecycle: { eq: LOYAL } }) { totalCount nodes {
        party { name city } owner { name } purchases(last: 5) { totalCount nodes { at net { amount } }
        aggregate { net { sum avg } at { max } } } } } }""",
}
FLOODS = {
    "large pages three deep": """{ organisations(first: 200) { nodes { customers(first: 200) { nodes {
        purchases(first: 200) { nodes { id } } } } } } }""",
    "default pages six deep": "{ persons { nodes " + "{ reports { nodes " * 5 + "{ id }" + " } }" * 5 + " } }",
    "one page many times": "{ "
    + " ".join(
        f"a{n}: parties(first: 200) {{ nodes {{ customers(first: 10) {{ nodes {{ id }} }} }} }}" for n in range(100)
    )
    + " }",
}


@pytest.fixture(scope="module")
def executor() -> Executor:
    return Executor(core_schema(build_schema(model())), model())


def cost(executor: Executor, query: str) -> int:
    return executor.prepare(Request(query), LOCAL).cost


def test_cost_of_a_list_is_its_rows_times_what_a_row_costs(executor: Executor) -> None:
    query = "{ customers(first: 50) { nodes { purchases(first: 20) { nodes { id } } } } }"
    assert cost(executor, query) == 50 + 50 * 20


@pytest.mark.parametrize("query", SCREENS.values(), ids=SCREENS)
def test_natural_screen_fits(executor: Executor, query: str) -> None:
    assert cost(executor, query) < Limits().cost_max / 2


@pytest.mark.parametrize("query", FLOODS.values(), ids=FLOODS)
async def test_flood_is_refused(executor: Executor, query: str) -> None:
    answer = orjson.loads((await executor.execute(Request(query), LOCAL)).body)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["COST"]


def test_refusal_names_the_list_that_costs_most_and_what_fits(executor: Executor) -> None:
    query = """{ organisations(first: 3) { totalCount nodes { brands(first: %s) { nodes { id } }
        all: customers(first: %s) { nodes { party { purchases(first: %s) { nodes { id } } } } } } } }"""
    limits = Limits(cost_max=2_000)
    small = Executor(executor.schema, executor.model, limits=limits)
    with pytest.raises(CostError) as refused:
        cost(small, query % (50, 50, 50))
    assert refused.value.values["field"] == "organisations.nodes.all.nodes.party.purchases"
    fit = int(str(refused.value.values["fit"]))
    assert cost(small, query % (fit, fit, fit)) <= limits.cost_max
    with pytest.raises(CostError):
        cost(small, query % (fit + 1, fit + 1, fit + 1))


def test_nothing_fits_where_there_are_too_many_lists(executor: Executor) -> None:
    small = Executor(executor.schema, executor.model, limits=Limits(cost_max=5))
    with pytest.raises(CostError, match="brands") as refused:
        cost(small, "{ " + " ".join(f"brands{n}: brands {{ totalCount nodes {{ id }} }}" for n in range(10)) + " }")
    assert refused.value.values["fit"] == 0
