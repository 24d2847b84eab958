"""The benchmark works: every peer is started, gives the same answer, and is measured. No figure is judged here."""

import json
import shutil
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.workloads import WORKLOADS

pytestmark = pytest.mark.timeout(240)


def test_every_variant_agrees_and_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("npm") is None:
        pytest.skip("the peer @neo4j/graphql needs node and npm: https://nodejs.org")

    main(["--rounds", "1", "--share", "0.01", "--parties", "300", "--results", str(tmp_path)])

    found = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert {(f["workload"], f["variant"]) for f in found} == {(w.name, v) for w in WORKLOADS for v in w.asks}
    assert all(f["service_cpu_ms"] >= 0 and f["requests_per_second"] > 0 for f in found)
    assert "| lookup | customer-graph |" in capsys.readouterr().out
