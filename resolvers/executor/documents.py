"""Documents are parsed and validated once and kept by their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from graph.compiler.planner.context import Limits
from graph.errors import InputError
from resolvers.executor.answers import MisfitError, ParseError
from resolvers.executor.bounds import DocumentLengthError, DocumentTokensError, check_document
from resolvers.executor.lru import CacheFigures, Lru

_ERRORS = 20
"""Errors that are looked for in one document: each may cost a search for a name that was meant."""
_ROOM = 2_000_000
"""Characters of all documents that are kept: a character costs some 170 bytes once it is parsed."""
_TOO_LONG = "tokens. Parsing aborted"
"""What the parser says where it stops at the limit; it has no class of error for that."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that fits the schema: its operations and fragments by name."""

    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]


class InvalidDocumentError(Exception):
    """The document cannot be parsed, or does not fit the schema; carries every error with its locations."""

    def __init__(self, errors: list[GraphQLError], kind: type[InputError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors
        self.kind = kind


class UnknownOperationError(InputError):
    """The request names no operation where there are several, or one that is not there."""

    code = "OPERATION_NOT_FOUND"
    text = "It is not clear which operation to run: operationName is {name!r}, the document has {known}."
    hint = "Name one of the document's operations in operationName."


class Documents:
    """The documents of a schema, bounded in number and in length."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, size: int = 2_000) -> None:
        self._schema = schema
        self._kept: Lru[str, Document] = Lru(size, _ROOM)
        self._limits = limits

    def get(self, text: str, *, suggest: bool = True) -> Document:
        """The document of a text; InvalidDocumentError where it has errors, LimitError where it is beyond a limit.

        Neither is kept. Errors name what may have been meant only where `suggest` says so.
        """
        found = self._kept.get(text)
        if found is None:
            found = self._read(text, suggest)
            self._kept.put(text, found, len(text))
        return found

    @property
    def figures(self) -> CacheFigures:
        """How the cache does so far; a document with errors is missed each time."""
        return self._kept.figures

    def _read(self, text: str, suggest: bool) -> Document:
        if len(text) > self._limits.document_length:
            raise DocumentLengthError(actual=len(text), limit=self._limits.document_length)
        try:
            ast = parse(text, max_tokens=self._limits.tokens)
            check_document(ast, self._limits)
        except GraphQLSyntaxError as error:
            if _TOO_LONG in error.message:
                raise DocumentTokensError(actual=self._limits.tokens + 1, limit=self._limits.tokens) from None
            raise InvalidDocumentError([error], ParseError) from None
        except GraphQLError as error:
            raise InvalidDocumentError([error], MisfitError) from None
        errors = validate(self._schema, ast, max_errors=_ERRORS, hide_suggestions=not suggest)
        if errors:
            raise InvalidDocumentError(errors, MisfitError)
        operations = [d for d in ast.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = [d for d in ast.definitions if isinstance(d, FragmentDefinitionNode)]
        return Document(
            operations={o.name.value if o.name else None: o for o in operations},
            fragments={f.name.value: f for f in fragments},
        )


def select_operation(document: Document, name: str | None) -> OperationDefinitionNode:
    """The operation that a request means; UnknownOperationError where that is not clear."""
    if name is None and len(document.operations) == 1:
        return next(iter(document.operations.values()))
    if name is None or name not in document.operations:
        known = ", ".join(str(known) for known in document.operations) or "none"
        raise UnknownOperationError(name=name, known=known)
    return document.operations[name]
