"""The endpoint passes every audit that the authors of GraphQL over HTTP ship, those of SHOULD and MAY included."""

from tests.clients.conftest import Run


def test_every_audit_passes(run: Run, service: str) -> None:
    audits = run("audit.mjs", f"{service}/graphql")
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []
