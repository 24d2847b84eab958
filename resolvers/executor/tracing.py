"""Operations in traces: a span each, with what it is called and costs, and never a value."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from graphql import OperationDefinitionNode
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode, format_trace_id

from resolvers.executor.request import Answer

_tracer = trace.get_tracer("customer-graph")


async def traced(answering: Awaitable[Answer]) -> Answer:
    """The answer, with the id of the trace that it belongs to; the span lasts as long as the answering does.

    It is a child of the caller's span where the request names one. The document is left out: it may hold values.
    """
    with _tracer.start_as_current_span(
        "operation", kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            answer = await answering
        except BaseException as error:
            told_failed(type(error).__name__)
            raise
        context = span.get_span_context()
        return replace(answer, trace=format_trace_id(context.trace_id)) if context.is_valid else answer


def told_operation(operation: OperationDefinitionNode, cost: int) -> None:
    """Says in the span under way which operation it is.

    `query Customers`, with `graphql.operation.type`, `graphql.operation.name` and `customer_graph.cost`.
    """
    span = trace.get_current_span()
    if span.is_recording():
        kind, name = operation.operation.value, operation.name.value if operation.name else ""
        span.update_name(f"{kind} {name}".rstrip())
        span.set_attributes(
            {"graphql.operation.type": kind, "graphql.operation.name": name, "customer_graph.cost": cost}
        )


def told_failed(code: str) -> None:
    """Says in the span under way why there is no answer."""
    span = trace.get_current_span()
    if span.is_recording():
        span.set_attribute("error.type", code)
        span.set_status(StatusCode.ERROR)
