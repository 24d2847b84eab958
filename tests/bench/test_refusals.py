"""The benchmark of refusals: every hostile document is refused, most of them before validation."""

import pytest

from bench.refusals import HOSTILE, main


def test_every_hostile_document_is_refused_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--times", "1"])
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [row[0] for row in rows] == list(HOSTILE)
    assert {row[2] for row in rows} >= {"DOCUMENT_SELECTIONS", "OVERLAPPING_FIELDS", "SELECTION_DEPTH"}
