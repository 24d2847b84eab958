"""docker-compose.yml and Dockerfile agree with the settings and with the Neo4j that the tests run on."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import server
from graph.client import Database
from settings.base import PREFIX

ROOT = Path(server.__file__).parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
VARIABLES = {server.Settings.variable(field) for field in server.Settings.model_fields}
SERVICE: dict[str, Any] = COMPOSE["services"]["service"]
NEO4J: dict[str, Any] = COMPOSE["services"]["neo4j"]


def test_every_variable_of_the_service_is_a_setting() -> None:
    assert set(SERVICE["environment"]) <= VARIABLES


def test_every_variable_of_the_image_is_a_setting() -> None:
    named = set(re.findall(rf"\b({PREFIX}\w+|NEO4J_\w+)=", DOCKERFILE))
    assert named
    assert named <= VARIABLES


def test_the_container_starts_with_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in SERVICE["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", _filled, value))
    settings = server.load_settings()
    assert settings.address().port == int(SERVICE["ports"][0].rsplit(":", 1)[1])
    assert settings.neo4j_uri == "bolt://neo4j:7687"


def _filled(variable: re.Match[str]) -> str:
    """What stands for a variable of whoever starts the containers: its default, or some text where it must be set."""
    return "secret" if variable[1] is None else variable[1]


def test_the_neo4j_of_the_containers_is_the_embedded_one() -> None:
    assert NEO4J["image"] == f"neo4j:{server.Settings.model_fields['neo4j_version'].default}-community"


async def test_every_variable_of_the_neo4j_container_is_a_setting_of_neo4j(database: Database) -> None:
    named = {name.removeprefix("NEO4J_") for name in NEO4J["environment"]} - {"AUTH"}
    # The image's spelling: a dot becomes an underscore, an underscore becomes two.
    settings = {name.replace("__", " ").replace("_", ".").replace(" ", "_") for name in named}
    rows = await database.read("SHOW SETTINGS YIELD name WHERE name IN $names RETURN name", {"names": sorted(settings)})
    assert {name for (name,) in rows} == settings


def test_neo4j_is_bounded_in_memory_and_time() -> None:
    environment = NEO4J["environment"]
    bounds = (
        "memory_heap_max__size",
        "memory_pagecache_size",
        "memory_transaction_max",
        "memory_transaction_total_max",
        "transaction_timeout",
        "lock_acquisition_timeout",
    )
    assert [bound for bound in bounds if not any(name.endswith(bound) for name in environment)] == []
    heap, cache = (environment[f"NEO4J_server_memory_{name}"] for name in ("heap_max__size", "pagecache_size"))
    assert _megabytes(heap) + _megabytes(cache) < _megabytes(NEO4J["mem_limit"])


def _megabytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


def test_only_this_machine_reaches_what_asks_nobody_who_they_are() -> None:
    assert SERVICE["environment"]["CUSTOMER_GRAPH_ALLOW_ANONYMOUS_NETWORK"] == "true"
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    assert "ports" not in NEO4J


def test_both_are_checked_for_health_and_bounded_in_memory() -> None:
    for container in (SERVICE, NEO4J):
        assert container["healthcheck"]["test"]
        assert container["mem_limit"]
    assert SERVICE["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert set(COMPOSE["volumes"]) == {volume.split(":")[0] for volume in NEO4J["volumes"]}


def test_the_service_is_healthy_when_it_can_answer() -> None:
    *_, check = SERVICE["healthcheck"]["test"]
    assert f"http://127.0.0.1:{SERVICE['environment']['CUSTOMER_GRAPH_PORT']}/readyz" in check


def test_nothing_private_gets_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".git", ".venv", ".env", ".customer-graph"} <= set(left_out)


def test_the_image_installs_from_the_lock_and_runs_without_root() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nENTRYPOINT ")
    assert "USER root" not in DOCKERFILE
