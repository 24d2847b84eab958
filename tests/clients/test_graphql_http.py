"""The endpoint passes every audit that the authors of GraphQL over HTTP ship, those of SHOULD and MAY included."""

import json
import subprocess

from tests.clients.conftest import Installed


def test_every_audit_passes(installed: Installed, service: str) -> None:
    command = ["node", "audit.mjs", f"{service}/graphql"]
    found = subprocess.run(command, cwd=installed("graphql-http"), capture_output=True, text=True, check=True)
    audits = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []
