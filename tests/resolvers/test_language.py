"""What is wrong with a request is said in the reader's language, as far as it is ours to say."""

import orjson
import pytest

from access.viewer import LOCAL
from resolvers.executor.execute import Executor
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model


@pytest.fixture(scope="module")
def executor() -> Executor:
    return Executor(core_schema(build_schema(model())), model())


@pytest.mark.parametrize(
    ("query", "variables", "code", "said"),
    [
        ('{ organisations(asOf: "tomorrow") { totalCount } }', None, "BAD_VALUE", "không phải là"),
        (
            "query($at: DateTime) { organisations(asOf: $at) { totalCount } }",
            {"at": "soon"},
            "BAD_VALUE",
            "không phải là",
        ),
        ("{ organisations(first: 500) { nodes { id } } }", None, "PAGE_SIZE", "phải từ 0 đến 200"),
        ("{ organisations { nodes { nam } } }", None, "GRAPHQL_VALIDATION_FAILED", "Cannot query field"),
        ("{ organisations", None, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
    ],
)
async def test_message_and_hint_are_vietnamese(
    executor: Executor, query: str, variables: dict[str, str] | None, code: str, said: str
) -> None:
    answer = orjson.loads((await executor.execute(Request(query, variables, language="vi"), LOCAL)).body)
    [error] = answer["errors"]
    assert error["extensions"]["code"] == code
    assert said in error["message"]
    assert error["extensions"]["hint"].startswith(("Hãy", "Ví dụ"))
