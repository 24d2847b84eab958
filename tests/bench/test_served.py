"""The benchmarks that serve one graph for long or with several processes work. No figure is judged here."""

from pathlib import Path

import pytest

from bench import memory, workers

pytestmark = pytest.mark.timeout(240)


def test_memory_and_workers_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--parties", "600", "--data", str(tmp_path / "data")]

    memory.main(["--requests", "400", "--operations", "20", *where])
    told = capsys.readouterr().out
    assert told.count(" kept, ") == 2 * 20
    assert "| 400 | " in told
    assert "| 20 kept, " in told

    workers.main(["--rounds", "1", "--requests", "16", *where])
    told = capsys.readouterr().out
    assert "\n| 1 | " in told
    assert "\n| 2 | " in told
