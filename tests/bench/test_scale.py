"""What a read costs the database follows from the page, not from the graph: database hits at 2,000 parties."""

import json
from pathlib import Path

import pytest

from bench.scale.__main__ import main

pytestmark = pytest.mark.timeout(600)

PARTIES = 2_000
PAGE = 50
# A row of a page is read through an index, with what visibility and openness look at.
INDEXED = 12 * PAGE
# A row that is tested may follow a relation of its own.
TESTED = 12 * 2 * PARTIES


def test_no_read_grows_beyond_its_bound(tmp_path: Path) -> None:
    main(["--parties", str(PARTIES), "--only", "customers", "--results", str(tmp_path)])

    found = json.loads((tmp_path / "scale.json").read_text(encoding="utf-8"))
    hits = {figure["operation"]: figure["db_hits"] for figure in found}
    assert len(hits) > 50
    indexed = {o: h for o, h in hits.items() if o.endswith((".first", ".deep", ".by-id", ".asc", ".desc"))}
    assert len(indexed) > 5
    assert {o: h for o, h in indexed.items() if h > INDEXED} == {}
    assert {o: h for o, h in hits.items() if h > TESTED} == {}
    assert all(figure["refused"] is None for figure in found)
    assert "| customers.first |" in (tmp_path / "scale.md").read_text(encoding="utf-8")
