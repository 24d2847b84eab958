"""Requests may name a document instead of sending its text: one that was sent before, or one of a manifest.

Automatic persisted queries are kept by the SHA-256 of their text as clients send them. A manifest is given by whoever
runs the service; where only its documents are trusted, no other text is run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from graph.errors import InputError, NotAllowedError
from resolvers.executor.lru import CacheFigures, Lru
from resolvers.executor.request import Request

_SCHEME = "sha256:"
_ROOM = 10_000_000
"""Characters of all texts that are kept."""


class PersistedQueryNotFoundError(InputError):
    """A document is named that is not known, or not any more.

    Clients compare the message, so it is the same in every language.
    """

    code = "PERSISTED_QUERY_NOT_FOUND"
    text = "PersistedQueryNotFound"
    hint = "Send the text of the document along with its hash once; clients of persisted queries do so by themselves."


class PersistedQueryOffError(InputError):
    """Documents are not kept by their hash here. Clients compare the message, so it is the same in every language."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    text = "PersistedQueryNotSupported"
    hint = "Send the text of the document."


class PersistedQueryMismatchError(InputError):
    """The hash is that of another text."""

    code = "PERSISTED_QUERY_MISMATCH"
    text = "The hash {given} is not the SHA-256 of the document sent with it."
    hint = "Hash the text exactly as it is sent, in UTF-8, and write the hash in hexadecimal digits."


class UntrustedDocumentError(NotAllowedError):
    """Only documents of a manifest run here, and this is none of them."""

    code = "DOCUMENT_NOT_TRUSTED"
    text = "This service runs only operations that it was told of, and this is none of them."
    hint = "Send the id or the unchanged text of an operation of the manifest; whoever runs the service adds new ones."


class Persisted:
    """The documents that can be named.

    `trusted` are those of the manifest, by id; `only` says that nothing else is run. `size` is how many others are kept
    by their hash; 0 keeps none.
    """

    def __init__(self, trusted: Mapping[str, str] | None = None, *, only: bool = False, size: int = 1_000) -> None:
        self._trusted = trusted or {}
        self._texts = frozenset(self._trusted.values())
        self._only = only
        self._size = size
        self._kept: Lru[str, str] = Lru(size, _ROOM)

    @property
    def figures(self) -> CacheFigures:
        """How the documents that clients sent do."""
        return self._kept.figures

    def text(self, request: Request) -> str:
        """The text of the request's document.

        Raises:
            PersistedQueryNotFoundError, PersistedQueryOffError: there is none under its name.
            PersistedQueryMismatchError: a text came with a hash that is not its own.
            UntrustedDocumentError: it may not run here.
        """
        name = request.document_id
        if request.is_own or (name is None and not self._only):
            return request.query
        known = self._named(name) if name is not None else None
        if known is not None:
            return known
        if self._only:
            if request.query in self._texts:
                return request.query
            raise UntrustedDocumentError if request.query else PersistedQueryNotFoundError
        if name is None or not request.query:
            return self._found(name)
        if hashlib.sha256(request.query.encode()).hexdigest() != name.removeprefix(_SCHEME):
            raise PersistedQueryMismatchError(given=name)
        return request.query

    def keep(self, request: Request) -> None:
        """Keeps the document of a request that named it and sent its text; the text was found to be valid."""
        name = request.document_id
        if name is not None and request.query and self._size and self._named(name) is None:
            self._kept.put(name.removeprefix(_SCHEME), request.query, len(request.query))

    def _named(self, name: str) -> str | None:
        return self._trusted.get(name) or self._trusted.get(name.removeprefix(_SCHEME))

    def _found(self, name: str | None) -> str:
        if not self._size:
            raise PersistedQueryOffError
        found = self._kept.get((name or "").removeprefix(_SCHEME))
        if found is None:
            raise PersistedQueryNotFoundError
        return found
