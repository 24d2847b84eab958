"""Documents that are named instead of sent: by their hash once they were sent, or by their id in a manifest."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from access.viewer import LOCAL
from resolvers.executor.execute import Executor
from resolvers.executor.manifest import ManifestError, read_manifest
from resolvers.executor.persisted import Persisted
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

TEXT = "query Kind { __typename }"
OTHER = "{ kind: __typename }"
MANIFEST = {"kind-1": TEXT, hashlib.sha256(OTHER.encode()).hexdigest(): OTHER}


@cache
def schema() -> GraphQLSchema:
    return core_schema(build_schema(model()))


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def executor(persisted: Persisted) -> Executor:
    return Executor(schema(), model(), persisted=persisted)


def named(executor: Executor, document_id: str | None, query: str = "") -> str:
    """The name of the operation that is run, or the code of the refusal."""
    try:
        prepared = executor.prepare(Request(query, document_id=document_id), LOCAL)
    except InvalidRequestError as refused:
        (error,) = orjson.loads(refused.answer.body)["errors"]
        return str(error["extensions"]["code"])
    return prepared.operation.name.value if prepared.operation.name else "anonymous"


def test_a_document_that_was_sent_with_its_hash_is_found_by_it() -> None:
    asked = executor(Persisted())
    assert named(asked, hash_of(TEXT)) == "PERSISTED_QUERY_NOT_FOUND"
    assert named(asked, hash_of(TEXT), TEXT) == "Kind"
    assert named(asked, hash_of(TEXT)) == "Kind"
    assert named(asked, f"sha256:{hash_of(TEXT)}") == "Kind"


def test_a_hash_of_another_text_is_refused_and_keeps_nothing() -> None:
    asked = executor(Persisted())
    assert named(asked, hash_of(TEXT), OTHER) == "PERSISTED_QUERY_MISMATCH"
    assert named(asked, hash_of(TEXT)) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_text_that_is_no_valid_document_is_not_kept() -> None:
    asked = executor(Persisted())
    assert named(asked, hash_of("{ nothing }"), "{ nothing }") == "GRAPHQL_VALIDATION_FAILED"
    assert named(asked, hash_of("{ nothing }")) == "PERSISTED_QUERY_NOT_FOUND"
    assert asked.persisted.figures.entries == 0


def test_the_documents_used_last_are_kept() -> None:
    asked = executor(Persisted(size=2))
    texts = [f"query Q{n} {{ __typename }}" for n in range(3)]
    for text in texts:
        named(asked, hash_of(text), text)
    assert [named(asked, hash_of(text)) for text in texts] == ["PERSISTED_QUERY_NOT_FOUND", "Q1", "Q2"]


def test_where_none_are_kept_clients_are_told_so() -> None:
    asked = executor(Persisted(size=0))
    assert named(asked, hash_of(TEXT)) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert named(asked, hash_of(TEXT), TEXT) == "Kind"
    assert named(asked, hash_of(TEXT)) == "PERSISTED_QUERY_NOT_SUPPORTED"


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_clients_of_persisted_queries_know_the_message_in_every_language(language: str) -> None:
    answer = await executor(Persisted()).execute(Request("", document_id=hash_of(TEXT), language=language), LOCAL)
    assert orjson.loads(answer.body)["errors"][0]["message"] == "PersistedQueryNotFound"


def test_a_document_of_the_manifest_is_found_by_its_id() -> None:
    asked = executor(Persisted(MANIFEST))
    assert [named(asked, name) for name in ("kind-1", hash_of(OTHER), f"sha256:{hash_of(OTHER)}")] == [
        "Kind",
        "anonymous",
        "anonymous",
    ]
    assert named(asked, None, "query Free { __typename }") == "Free"


def test_where_only_the_manifest_is_trusted_no_other_text_runs() -> None:
    asked = executor(Persisted(MANIFEST, only=True))
    assert named(asked, "kind-1") == "Kind"
    assert named(asked, None, TEXT) == "Kind"
    assert named(asked, None, TEXT + " ") == "DOCUMENT_NOT_TRUSTED"
    assert named(asked, None, "{ parties { totalCount } }") == "DOCUMENT_NOT_TRUSTED"
    assert named(asked, "kind-2") == "PERSISTED_QUERY_NOT_FOUND"


def test_where_only_the_manifest_is_trusted_no_text_can_be_added_to_it() -> None:
    asked = executor(Persisted(MANIFEST, only=True))
    text = "query New { __typename }"
    assert named(asked, hash_of(text), text) == "DOCUMENT_NOT_TRUSTED"
    assert named(asked, hash_of(text)) == "PERSISTED_QUERY_NOT_FOUND"


def test_the_text_sent_with_an_id_of_the_manifest_is_not_what_runs() -> None:
    asked = executor(Persisted(MANIFEST, only=True))
    assert named(asked, "kind-1", "query Other { __typename }") == "Kind"


APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "kind-1", "name": "Kind", "type": "query", "body": TEXT}],
}


@pytest.mark.parametrize("content", [{"kind-1": TEXT}, APOLLO], ids=["relay", "apollo"])
def test_manifests_of_compilers_are_read(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert read_manifest(file) == {"kind-1": TEXT}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"a": 1}', "a has no text"),
        ('{"a": ""}', "a has no text"),
        (json.dumps({**APOLLO, "version": 2}), "version 1"),
        (json.dumps({**APOLLO, "operations": {}}), "version 1"),
        (json.dumps({**APOLLO, "operations": [{"body": TEXT}]}), "no id"),
        (json.dumps({**APOLLO, "operations": [{"id": "a"}]}), "a has no text"),
    ],
)
def test_a_file_that_is_no_manifest_says_why(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ManifestError, match=reason):
        read_manifest(file)
    with pytest.raises(ManifestError, match="No such file"):
        read_manifest(tmp_path / "nowhere.json")
