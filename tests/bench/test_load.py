"""The comparison of loads works: all write the same graph, and all are timed. No figure is judged here."""

import json
from pathlib import Path

import pytest

from bench.load.__main__ import main
from bench.load.state import DifferentGraphError, State, check


@pytest.mark.timeout(600)
def test_all_write_the_same_graph_and_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--parties", "100", "--rounds", "1", "--results", str(tmp_path)])

    contests = json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))
    ratios = {name: set(contest["ratios"]) for name, contest in contests.items()}
    assert ratios == {"generated": {"generate", "restore"}, "imported": {"import"}}
    assert all(contest["items"] > 100 for contest in contests.values())
    assert all(ratio > 0 for c in contests.values() for way in c["ratios"].values() for ratio in way.values())
    shown = capsys.readouterr().out
    assert all(f"| {way} |" in shown for way in ("generate", "restore", "import", "script"))


@pytest.mark.parametrize("other", [State({"Person": 2}, "00"), State({"Person": 1, "Category": 1}, "00")])
def test_another_graph_is_not_compared(other: State) -> None:
    with pytest.raises(DifferentGraphError, match=r"'(Person|Category)'"):
        check(State({"Person": 1}, "00"), other)


def test_the_same_counts_are_not_the_same_graph() -> None:
    with pytest.raises(DifferentGraphError, match="the same; 00, 01"):
        check(State({"Person": 1}, "00"), State({"Person": 1}, "01"))
