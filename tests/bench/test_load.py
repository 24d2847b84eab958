"""The comparison of loads works: both write the same graph, and both are timed. No figure is judged here."""

import json
from pathlib import Path

import pytest

from bench.load.__main__ import main
from bench.load.report import GENERATE, SCRIPT
from bench.load.state import DifferentGraphError, State, check


@pytest.mark.timeout(240)
def test_both_write_the_same_graph_and_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--parties", "200", "--rounds", "1", "--results", str(tmp_path)])

    found = json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))
    assert found["variants"].keys() == {GENERATE, SCRIPT}
    assert found["items"] > 200
    assert all(ratio > 0 for ratio in found["ratios"].values())
    assert "| ratio |" in capsys.readouterr().out


@pytest.mark.parametrize("other", [State({"Person": 2}, "00"), State({"Person": 1, "Category": 1}, "00")])
def test_another_graph_is_not_compared(other: State) -> None:
    with pytest.raises(DifferentGraphError, match=r"'(Person|Category)'"):
        check(State({"Person": 1}, "00"), other)


def test_the_same_counts_are_not_the_same_graph() -> None:
    with pytest.raises(DifferentGraphError, match="the same; 00, 01"):
        check(State({"Person": 1}, "00"), State({"Person": 1}, "01"))
