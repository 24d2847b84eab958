"""Statements in traces: a span each, with the text and never a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

_tracer = trace.get_tracer("customer-graph")
_UNSEEN = nullcontext()


def statement_span(text: str) -> AbstractContextManager[None]:
    """The span of a statement that is sent within; nothing where nobody records what it belongs to.

    `db.query.text` has placeholders where the values are. An error shows its kind alone: the driver's messages quote
    values.
    """
    return _span(text) if trace.get_current_span().is_recording() else _UNSEEN


@contextmanager
def _span(text: str) -> Iterator[None]:
    attributes = {"db.system.name": "neo4j", "db.query.text": text}
    with _tracer.start_as_current_span(
        "statement", kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", getattr(error, "code", None) or type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise
