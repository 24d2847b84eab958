"""Where traces go: a collector of OpenTelemetry, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opentelemetry import trace

_SECONDS = 5.0
_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """`url` takes OTLP in protobuf (`http://127.0.0.1:4318/v1/traces`), with these headers; `ratio` of the traces go
    there, chosen by their id."""

    url: str
    ratio: float = 1.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def export_traces(settings: TraceSettings) -> None:
    """From here on spans are sent in the background; a collector that does not answer costs nobody anything but the
    spans, and at the end of the process five seconds."""
    # Nobody else pays for loading it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import TraceIdRatioBased  # noqa: PLC0415

    exporter = OTLPSpanExporter(endpoint=settings.url, headers=dict(settings.headers), timeout=_SECONDS)
    provider = TracerProvider(
        # By the id alone: what a stranger's header wants to have recorded decides nothing.
        sampler=TraceIdRatioBased(settings.ratio),
        resource=Resource.create({"service.name": "customer-graph"}),
        span_limits=SpanLimits(max_span_attribute_length=_LENGTH),
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
