"""The model of all concepts: every module of this package is read, none is listed by hand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import schema
from graph.model.build import build_model
from graph.model.model import Model


def declared_classes() -> Iterator[type]:
    """The classes that the modules of schema/ declare, module by module in alphabetical order."""
    for info in pkgutil.iter_modules(schema.__path__):
        if info.ispkg or info.name == "declarations":
            continue
        module = importlib.import_module(f"schema.{info.name}")
        yield from (v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__)


@cache
def model() -> Model:
    """The model that follows from all declarations; built once."""
    return build_model(declared_classes())
