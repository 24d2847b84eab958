"""The endpoint's own part of the error tree."""

from string import Formatter

import pytest

from endpoint import errors
from endpoint.errors import RequestError, http_status
from graph.errors import CustomerGraphError, InternalError, all_errors, texts

OWN = [error for error in all_errors() if error.__module__ == errors.__name__ and error is not RequestError]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("error", OWN, ids=lambda error: error.code)
def test_every_refusal_exists_in_vietnamese_with_the_same_placeholders(error: type[CustomerGraphError]) -> None:
    vietnamese = texts("vi")[error.code]
    assert placeholders(vietnamese["text"]) == placeholders(error.text)
    assert placeholders(vietnamese["hint"]) == placeholders(error.hint)


def test_codes_are_not_shared() -> None:
    assert len({error.code for error in OWN}) == len(OWN)


def test_what_nothing_else_is_said_of_is_our_fault() -> None:
    assert http_status(InternalError(trace="r1")) == 500
