from tests.jobs.conftest import ROOT, Importer

DEMO = ROOT / "examples" / "demo"


async def test_the_demo_company_loads_whole_and_again_without_a_change(importer: Importer) -> None:
    mapping = (DEMO / "mapping.toml").read_text(encoding="utf-8")
    report = await importer.run(mapping, DEMO)
    assert report.rejections == []
    assert sum(report.types[t].created for t in ("Person", "Organisation", "OrgUnit")) >= 300
    again = await importer.run(mapping, DEMO)
    assert (again.rows.unchanged, again.total) == (report.total, report.total)
    assert {t: c.unchanged for t, c in again.types.items()} == {t: c.created for t, c in report.types.items()}
