import xml.etree.ElementTree as ET

import pytest

from bench.chart import chart
from bench.workloads import VARIANTS, WORKLOADS


@pytest.mark.parametrize("cpu", [(1.0, 2.0, 30.0, 4.0, 500.0), (0.0, 0.0, 0.0, 0.0, 0.0), (0.0, 5.0, 0.0, 1.0, 2.0)])
def test_every_variant_has_a_bar_within_the_picture(cpu: tuple[float, ...]) -> None:
    found: list[dict[str, str | float]] = [
        {"workload": workload.name, "variant": variant, "service_cpu_ms": value}
        for workload in WORKLOADS
        for variant, value in zip(VARIANTS, cpu, strict=True)
    ]
    picture = ET.fromstring(chart(found))  # noqa: S314  # made here
    bars = picture.findall("{*}rect")[1:]
    assert len(bars) == len(WORKLOADS) * len(VARIANTS)
    ends = [float(bar.attrib["x"]) + float(bar.attrib["width"]) for bar in bars]
    assert all(float(picture.attrib["width"]) > end > 0 for end in ends)
