from graph.client import Database


async def test_a_profile_has_operators_rows_and_hits(database: Database) -> None:
    profile = await database.profile("UNWIND range(1, $n) AS i RETURN i LIMIT 2", {"n": 5})

    assert profile.rows == [[1], [2]]
    assert profile.plan.operators[0] == "ProduceResults"
    assert "Unwind" in profile.plan.operators
    assert profile.plan.rows == 2
    assert profile.hits == sum(step.hits for step in profile.plan.walk())


async def test_a_profile_counts_database_hits(database: Database, label: str) -> None:
    await database.run_implicit(f"UNWIND range(1, 7) AS i CREATE (:{label})")

    profile = await database.profile(f"MATCH (n:{label}) RETURN n", {})

    assert profile.hits >= 7


async def test_explain_runs_nothing_and_needs_no_parameters(database: Database, label: str) -> None:
    plan = await database.explain(f"MATCH (n:{label} {{id: $id}}) RETURN n LIMIT $size")

    assert plan.operators == ("ProduceResults", "Limit", "Filter", "NodeByLabelScan")
    assert plan.total_hits == 0
