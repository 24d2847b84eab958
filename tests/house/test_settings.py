"""docs/settings.md is the table of the settings, and a wrong setting says what to do."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

import server
from commands.traces import TraceSettings
from graph.errors import CustomerGraphError, all_errors, languages, texts
from settings.base import PREFIX, OpenAddressError, SettingError

ROOT = Path(server.__file__).parent
TABLE = ROOT / "docs" / "settings.md"
# `server` imports every package, so every error is known here; a class that others are made of may come twice.
ERRORS = sorted(set(all_errors()), key=lambda error: error.__name__)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in server.Settings.model_fields:
        monkeypatch.delenv(server.Settings.variable(name), raising=False)


def row(field: str) -> str:
    info = server.Settings.model_fields[field]
    default = info.default
    assert default is not PydanticUndefined, f"{field} has no default"
    shown = "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"| `{server.Settings.variable(field)}` | {shown} | {info.description} |"


def test_the_documentation_lists_every_setting_with_its_default_and_meaning() -> None:
    documented = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert documented == [row(field) for field in server.Settings.model_fields]


def test_the_defaults_serve_on_loopback_with_the_embedded_database() -> None:
    settings = server.load_settings()
    assert settings.neo4j_uri is None
    assert settings.address().url == "http://127.0.0.1:8000"


def test_settings_come_from_the_environment_and_from_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CUSTOMER_GRAPH_PORT=8001\nNEO4J_URI=bolt://graph.example:7687\n", encoding="utf-8")
    monkeypatch.setenv("CUSTOMER_GRAPH_PORT", "8002")
    settings = server.load_settings()
    assert (settings.port, settings.neo4j_uri) == (8002, "bolt://graph.example:7687")


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "")
    assert server.load_settings().neo4j_uri is None


def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_GRAPH_PORT", "eighty")
    with pytest.raises(SettingError, match="CUSTOMER_GRAPH_PORT") as raised:
        server.load_settings()
    assert "eighty" not in raised.value.message()


def test_a_misspelt_variable_is_refused_with_the_name_that_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMER_GRAPH_PROT", "8001")
    with pytest.raises(SettingError, match=r"CUSTOMER_GRAPH_PROT .* CUSTOMER_GRAPH_PORT\?"):
        server.load_settings()


def test_a_password_shows_itself_as_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "correct horse")
    settings = server.load_settings()
    assert isinstance(settings.neo4j_password, SecretStr)
    assert "correct horse" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_loopback_needs_no_permission(host: str) -> None:
    assert server.Settings(host=host).address().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "graph.example"])
def test_any_other_address_is_refused_until_it_is_said_to_be_meant(host: str) -> None:
    with pytest.raises(OpenAddressError) as refused:
        server.Settings(host=host).address()
    assert server.Settings.variable("allow_anonymous_network") in refused.value.advice()
    assert server.Settings(host=host, allow_anonymous_network=True).address().host == host


@pytest.mark.parametrize("error", ERRORS, ids=[error.__name__ for error in ERRORS])
def test_a_setting_that_a_message_names_is_a_setting(error: type[CustomerGraphError]) -> None:
    known = {server.Settings.variable(field) for field in server.Settings.model_fields}
    told = [error.text, error.hint]
    for language in languages():
        told += texts(language).get(error.code, {}).values()
    named = {name for text in told for name in re.findall(rf"\b(?:{PREFIX}|NEO4J_)[A-Z_]+\b", text)}
    assert named <= known


def test_the_search_for_settings_finds_those_that_messages_name() -> None:
    assert any(server.Settings.variable("pool_size") in error.hint for error in ERRORS)


def test_trusting_a_manifest_alone_needs_one(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="CUSTOMER_GRAPH_TRUSTED_DOCUMENTS"):
        server.Settings(trusted_only=True).persisted()
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"kind": "{ __typename }"}', encoding="utf-8")
    server.Settings(trusted_only=True, trusted_documents=manifest).persisted()


def test_roles_are_written_as_a_list() -> None:
    assert server.Settings(introspection="admin, staff").introspectors() == {"admin", "staff"}
    assert server.Settings(introspection="").introspectors() == frozenset()


def test_traces_go_where_the_settings_say() -> None:
    assert server.Settings().traces() is None
    headers = SecretStr("x-key=a b=c, x-team=pho")
    found = server.Settings(traces_url="https://traces.example/v1/traces", traces_headers=headers).traces()
    assert found == TraceSettings("https://traces.example/v1/traces", 1.0, {"x-key": "a b=c", "x-team": "pho"})
    assert "pho" not in repr(found)


@pytest.mark.parametrize(
    ("url", "headers", "name"),
    [("traces.example:4317", None, "URL"), ("http://", None, "URL"), ("http://a", "secret", "HEADERS")],
)
def test_where_traces_cannot_go_is_said_without_the_value(url: str, headers: str | None, name: str) -> None:
    given = server.Settings(traces_url=url, traces_headers=None if headers is None else SecretStr(headers))
    with pytest.raises(SettingError, match=f"CUSTOMER_GRAPH_TRACES_{name}") as caught:
        given.traces()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("origins", ["*", "app.example", "https://app.example/", "https://a.example ftp://b.example"])
def test_origins_are_listed_one_by_one(origins: str) -> None:
    assert server.Settings(origins="https://a.example, http://b.example:81").endpoint().origins == (
        "https://a.example",
        "http://b.example:81",
    )
    with pytest.raises(SettingError, match="CUSTOMER_GRAPH_ORIGINS"):
        server.Settings(origins=origins).endpoint()


def test_a_service_that_asks_nobody_answers_on_loopback_to_its_own_names_only() -> None:
    assert server.Settings().endpoint().hosts == frozenset({"localhost", "127.0.0.1", "::1"})
    assert "graph.example" in (server.Settings(hosts="Graph.Example").endpoint().hosts or ())
    assert server.Settings(host="0.0.0.0", allow_anonymous_network=True).endpoint().hosts is None
    assert server.Settings(key_pepper=SecretStr("x" * 32)).endpoint().hosts is None


def test_graphiql_is_for_development_unless_it_is_asked_for() -> None:
    pepper = SecretStr("x" * 32)
    assert server.Settings().endpoint().graphiql
    assert not server.Settings(key_pepper=pepper).endpoint().graphiql
    assert server.Settings(key_pepper=pepper, graphiql=True).endpoint().graphiql
    assert not server.Settings(graphiql=False).endpoint().graphiql
