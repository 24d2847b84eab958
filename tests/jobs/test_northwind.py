import csv
from decimal import Decimal
from pathlib import Path

from graph.model.values import decimal_units
from tests.jobs.conftest import ROOT, Importer

MAPPING = (ROOT / "examples" / "northwind" / "mapping.toml").read_text(encoding="utf-8")
NODES = {
    "Organisation": 124,
    "Customer": 120,
    "Person": 129,
    "Employment": 9,
    "Category": 8,
    "Product": 77,
    "Offer": 77,
    "Purchase": 830,
    "PurchaseLine": 2155,
}
RELATIONSHIPS = {"Represents": 120, "ReportsTo": 8}
OWN = "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' WITH n "


async def test_northwind_loads_whole_with_exact_figures_and_again_without_a_change(
    importer: Importer, northwind: Path
) -> None:
    desk = importer.desk
    report = await importer.run(MAPPING, northwind)
    assert report.rejections == []
    assert (report.left_out, len(report.omissions)) == (49, 20)
    left_out = report.omissions[0].reason
    assert left_out == "Organisation.phone: '(5) 555-4729' is not a whole phone number of MX."
    assert {t: c.created for t, c in report.types.items()} == NODES | RELATIONSHIPS

    revenue = await desk.rows(OWN + "WHERE n:PurchaseLine RETURN sum(n.amount)")
    totals = await desk.rows(OWN + "WHERE n:Purchase RETURN sum(n.gross), sum(n.net), sum(n.refunded)")
    assert revenue == [[decimal_units("1265793.0395")]]
    assert totals == [[decimal_units("1265793.0395"), decimal_units("1265793.0395"), 0]]

    spent = "MATCH (n)<-[:BOUGHT_BY]-(p:Purchase) RETURN n.name, sum(p.net) AS spent ORDER BY spent DESC LIMIT 1"
    assert await desk.rows(OWN + spent) == [["QUICK-Stop", decimal_units("110277.305")]]

    idle = (
        "WHERE n:Customer AND n.lifecycle = 'POTENTIAL' MATCH (n)-[:PARTY]->(p) "
        "RETURN p.name, count { (p)<-[:BOUGHT_BY]-() } ORDER BY p.name"
    )
    assert await desk.rows(OWN + idle) == [["FISSA Fabrica Inter. Salchichas S.A.", 0], ["Paris spécialités", 0]]

    tree = (
        "WHERE n:Person MATCH p = (n)-[:REPORTS_TO*]->(top) WHERE NOT (top)-[:REPORTS_TO]->() "
        "RETURN top.name, max(length(p))"
    )
    assert await desk.rows(OWN + tree) == [["Andrew Fuller", 2]]

    shortcuts = "RETURN n.name, count { (n)<-[:CUSTOMER_OF]-() } AS customers ORDER BY customers DESC LIMIT 1"
    assert await desk.rows(OWN + shortcuts) == [["Northwind Traders", 91]]

    passed_on = (
        "WHERE n:Organisation AND n.name = 'Exotic Liquids' "
        "MATCH (n)<-[:SOURCED_FROM]-(o:Offer)-[:OFFER_OF]->(p:Product), (o)-[:OFFERED_BY]->(seller) "
        "MATCH (p)<-[:LINE_FOR]-(:PurchaseLine)-[:LINE_OF]->(u:Purchase)-[:SOLD_BY]->(seller) "
        "RETURN count(DISTINCT u.buyerId)"
    )
    assert await desk.rows(OWN + passed_on) == [[49]]

    phones = (
        "WHERE n:Party UNWIND [n.phone, n.fax] AS number "
        "RETURN count(number), all(x IN collect(number) WHERE x =~ '[+][0-9]{8,15}')"
    )
    assert await desk.rows(OWN + phones) == [[165, True]]

    before = await desk.rows(OWN + "RETURN max(n.updatedAt), sum(n.version)")
    events = await desk.events()
    again = await importer.run(MAPPING, northwind)
    assert {t: c.unchanged for t, c in again.types.items()} == NODES | RELATIONSHIPS
    assert again.rows.unchanged == again.total
    assert await desk.rows(OWN + "RETURN max(n.updatedAt), sum(n.version)") == before
    assert await desk.events() == events


def test_revenue_is_what_the_files_say(northwind: Path) -> None:
    with (northwind / "order-details.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    total = sum(Decimal(r["unitPrice"]) * Decimal(r["quantity"]) * (1 - Decimal(r["discount"])) for r in rows)
    assert total == Decimal("1265793.0395")


async def test_the_nine_bad_suppliers_are_reported_and_all_others_load(
    importer: Importer, northwind: Path, northwind_raw: Path
) -> None:
    start = MAPPING.index('[[file]]\npath = "suppliers.csv"')
    end = MAPPING.index('[[file]]\npath = "shippers.csv"')
    mapping = MAPPING[: MAPPING.index('[[file]]\npath = "customers.csv"')] + MAPPING[start:end]
    report = await importer.run(mapping, northwind_raw)

    assert [r.line for r in report.rejections] == [8, 9, 15, 19, 21, 25, 27, 28, 29]
    assert {r.reason for r in report.rejections} == {"it has 13 columns, the header 12"}
    assert (report.rows.created, report.rows.rejected) == (21, 9)
    with importer.rejects.open(encoding="utf-8", newline="") as lines:
        rejects = list(csv.DictReader(lines))
    raw = (northwind_raw / "suppliers.csv").read_text(encoding="utf-8").splitlines()
    assert [(r["file"], r["raw"]) for r in rejects] == [("suppliers.csv", raw[int(r["line"]) - 1]) for r in rejects]

    mended = (northwind / "suppliers.csv").read_text(encoding="utf-8").splitlines()
    with importer.rejects.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, ["file", "line", "reason", "raw"])
        writer.writeheader()
        writer.writerows({**r, "raw": mended[int(r["line"]) - 1]} for r in rejects)
    report = await importer.run(mapping, northwind_raw, again=True)
    assert (report.rows.created, report.rows.rejected) == (9, 0)
    assert not importer.rejects.exists()
    assert (await importer.run(mapping, northwind)).rows.unchanged == 30
