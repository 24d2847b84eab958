"""A manifest is a file of the documents that clients were built with, each under the id that they name it by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from graph.errors import InputError

_APOLLO = "apollo-persisted-query-manifest"


class ManifestError(InputError):
    """The file is no manifest."""

    code = "BAD_MANIFEST"
    text = "{file} cannot be used as a manifest of documents: {reason}."
    hint = (
        "Give a JSON object of ids and texts, as relay-compiler and graphql-codegen write it, or Apollo's operation "
        "manifest."
    )


def read_manifest(file: Path) -> dict[str, str]:
    """The documents of a manifest, by id: `{"id": "text"}`, or Apollo's `{"format": ..., "operations": [...]}`.

    Raises:
        ManifestError: the file cannot be read, or holds something else.
    """
    try:
        content = orjson.loads(file.read_bytes())
    except OSError as error:
        raise ManifestError(file=file, reason=error.strerror) from None
    except orjson.JSONDecodeError as error:
        raise ManifestError(file=file, reason=f"it is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ManifestError(file=file, reason="it is not a JSON object")
    found = _operations(file, content) if content.get("format") == _APOLLO else content
    for name, text in found.items():
        if not isinstance(text, str) or not text:
            raise ManifestError(file=file, reason=f"{name} has no text")
    return found


def _operations(file: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    operations = content.get("operations")
    if content.get("version") != 1 or not isinstance(operations, list):
        raise ManifestError(file=file, reason="of Apollo's manifests version 1 is read")
    found = {}
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("id"), str):
            raise ManifestError(file=file, reason="an operation has no id")
        found[operation["id"]] = operation.get("body")
    return found
