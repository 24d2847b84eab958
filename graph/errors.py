"""Every failure this service can explain is one class of this tree.

```
CustomerGraphError
├── InputError            the request is wrong: the message names the input and the way out
│   ├── NumberOverflowError   a sum or product does not fit into 64 bits
│   ├── (compiler, values, writer, importer: their own subclasses beside the code that raises them)
├── NotAllowedError       the viewer may not do this
├── (access: UnauthenticatedError, nobody is known by the credentials)
├── LimitError            a limit of the settings was reached
├── ConflictError         the graph has moved on, or a rule of the domain forbids the change
├── UnavailableError      the database cannot answer now
└── InternalError         our fault: carries a trace id and nothing of the inside
```

A class declares its `code` (part of the contract, never changes), `text` and `hint` (English templates, filled from
the keyword arguments) and whether the same request may succeed later (`retryable`). Other languages live in
`graph/texts/<language>.toml`, keyed by code; a test holds their placeholders against the English ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

_TEXTS = Path(__file__).parent / "texts"


class CustomerGraphError(Exception):
    """A failure with a code, a sentence that names the input, and a hint that names the way out."""

    code: ClassVar[str] = "INTERNAL"
    text: ClassVar[str] = "Something went wrong."
    hint: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    def __init__(self, **values: object) -> None:
        self.values: Mapping[str, object] = values
        super().__init__(self.message())

    def outside(self) -> CustomerGraphError:
        """What a client is told of it, under the same code: itself, unless it names something of the inside."""
        return self

    def message(self, language: str = "en") -> str:
        """The sentence in the language; English where a language has none."""
        return _entry(language, type(self)).get("text", self.text).format_map(self.values)

    def advice(self, language: str = "en") -> str:
        """The hint in the language; empty where there is nothing the reader can do."""
        return _entry(language, type(self)).get("hint", self.hint).format_map(self.values)


class InputError(CustomerGraphError):
    """The request is wrong and will be wrong again."""

    code = "BAD_INPUT"
    text = "{reason}"


class NotAllowedError(CustomerGraphError):
    """The viewer may not see or do this."""

    code = "NOT_ALLOWED"
    text = "You may not {action}."
    hint = "Ask an administrator for a role that allows it."


class LimitError(CustomerGraphError):
    """A limit of the settings was reached."""

    code = "LIMIT"
    text = "{what} is {actual}; at most {limit} is allowed."
    hint = "Ask for less at once, or raise {setting}."


class NumberOverflowError(InputError):
    """A sum or product does not fit into 64 bits."""

    code = "AMOUNT_OVERFLOW"
    text = "A sum is larger than ±922337203685477.5807."
    hint = "Narrow the filter, or group the sum."


class ConflictError(CustomerGraphError):
    """The graph has moved on, or a rule of the domain forbids the change."""

    code = "CONFLICT"
    text = "{reason}"


class UnavailableError(CustomerGraphError):
    """The database cannot answer now."""

    code = "UNAVAILABLE"
    text = "The database does not answer: {reason}."
    hint = "Try again in a moment; check that Neo4j runs at NEO4J_URI."
    retryable = True


class InternalError(CustomerGraphError):
    """Our own fault: the log entry under the trace id tells more."""

    code = "INTERNAL"
    text = "Something went wrong on our side (trace {trace})."
    hint = "Report the trace id."


def all_errors(root: type[CustomerGraphError] = CustomerGraphError) -> Iterator[type[CustomerGraphError]]:
    """Every class of the tree whose module is imported, the root first."""
    yield root
    for child in root.__subclasses__():
        yield from all_errors(child)


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Code to `{text, hint}` in the language; empty for English, whose texts are the classes' own."""
    file = _TEXTS / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@cache
def languages() -> tuple[str, ...]:
    """The languages that messages exist in, English first."""
    return ("en", *sorted(file.stem for file in _TEXTS.glob("*.toml")))


def _entry(language: str, error: type[CustomerGraphError]) -> Mapping[str, str]:
    return texts(language).get(error.code, {}) if language in languages() else {}
