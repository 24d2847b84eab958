import xml.etree.ElementTree as ET

import pytest

from bench.chart import chart
from bench.report import markdown, ratios
from bench.workloads import WORKLOADS

Found = list[dict[str, str | float]]


def figures(*cpu: float) -> Found:
    return [
        {
            "workload": workload.name,
            "variant": variant,
            "service_cpu_ms": value,
            "service_cpu_spread_ms": 0.1,
            "database_cpu_ms": 2 * value,
            "requests_per_second": 10.0,
        }
        for workload in WORKLOADS
        for variant, value in zip(workload.asks, cpu, strict=False)
    ]


@pytest.mark.parametrize("cpu", [(1.0, 2.0, 30.0, 4.0, 500.0), (0.0, 0.0, 0.0, 0.0, 0.0), (0.0, 5.0, 0.0, 1.0, 2.0)])
def test_every_variant_has_a_bar_within_the_picture(cpu: tuple[float, ...]) -> None:
    picture = ET.fromstring(chart(figures(*cpu)))  # noqa: S314  # made here
    bars = picture.findall("{*}rect")[1:]
    assert len(bars) == sum(len(workload.asks) for workload in WORKLOADS)
    ends = [float(bar.attrib["x"]) + float(bar.attrib["width"]) for bar in bars]
    assert all(float(picture.attrib["width"]) > end > 0 for end in ends)
    feet = [float(bar.attrib["y"]) + float(bar.attrib["height"]) for bar in bars]
    assert max(feet) < float(picture.attrib["height"])


def test_the_report_compares_the_variants_that_a_workload_has() -> None:
    text = markdown(figures(1.0, 2.0, 30.0, 4.0, 500.0), "5.26.30")

    assert "| lookup | 0.500 (≤ 1.2) | 0.033 (≤ 0.7) | 0.250 (≤ 0.25) | 0.002 (≤ 0.15) | 0.500 (≤ 1.0) |" in text
    assert "| customer360 | 0.500 | - | - | - | 0.500 (≤ 1.0) |" in text


def test_a_run_without_the_service_has_no_ratios() -> None:
    found = [f for f in figures(1.0, 2.0, 30.0, 4.0, 500.0) if f["variant"] != "customer-graph"]

    assert ratios(found) == {}
    assert "| lookup | - | - | - | - | - |" in markdown(found, "5.26.30")
