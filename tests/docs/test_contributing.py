"""The concept that CONTRIBUTING.md adds step by step is the one that tests/schema/test_new_concept.py proves."""

from graphql import parse, validate

from resolvers.types.query import build_schema, core_schema
from tests.docs.page import ROOT, sections
from tests.schema.test_new_concept import MODEL

BLOCKS = [block for section in sections("CONTRIBUTING.md") for block in section.blocks]


def test_the_pieces_of_the_module_are_the_tested_module() -> None:
    pieces = [block for block in BLOCKS if block.language == "python"]
    [path] = {block.label for block in pieces}
    told = "\n".join(block.text for block in pieces)
    assert written(told) == written((ROOT / path).read_text(encoding="utf-8"))


def written(text: str) -> list[str]:
    """The lines that are not empty."""
    return [line for line in text.splitlines() if line]


def test_the_query_over_the_new_concept_is_valid() -> None:
    [query] = [block for block in BLOCKS if block.language == "graphql"]
    assert validate(core_schema(build_schema(MODEL)), parse(query.text)) == []
