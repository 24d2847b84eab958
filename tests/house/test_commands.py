"""The command line explains itself, and its exit codes and errors can be relied on."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer

import server
from commands import app
from commands.errors import ExitCode, exit_code
from commands.importing import tell
from graph.errors import ConflictError, InputError, InternalError, UnavailableError
from jobs.importer import ImportReport
from jobs.importer.report import Rejection

COMMANDS = sorted(typer.main.get_command(app.cli).commands)  # type: ignore[attr-defined] # a group has commands


def run(*arguments: str) -> int:
    return app.run(server.services, arguments)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "viewer.graphql"
    file.write_text("query Viewer($first: Int) { viewer { id } }", encoding="utf-8")
    return file


class Answering(BaseHTTPRequestHandler):
    """Answers every POST with the request inside, and with an error if the document asks for one."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wrong = "wrong" in request["query"]
        if "authorization" in self.headers:
            request["extensions"] = self.headers["authorization"]
        body = json.dumps({"data": None, "errors": [{"message": "no"}]} if wrong else {"data": request}).encode()
        self.send_response(400 if wrong else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as listening:
        threading.Thread(target=listening.serve_forever).start()
        yield f"http://127.0.0.1:{listening.server_port}/graphql"
        listening.shutdown()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == ExitCode.OK
    assert f"customer-graph {command}" in capsys.readouterr().out.split("Example", 1)[1]


def test_the_help_lists_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == ExitCode.OK
    shown = capsys.readouterr().out
    assert all(f"{code.value} " in shown for code in ExitCode)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (InputError(reason="wrong"), ExitCode.USAGE),
        (ConflictError(reason="moved on"), ExitCode.FAILED),
        (InternalError(trace="1"), ExitCode.FAILED),
        (UnavailableError(reason="gone"), ExitCode.UNAVAILABLE),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (ZeroDivisionError(), ExitCode.FAILED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_has_the_exit_code_of_its_kind(failure: BaseException, code: ExitCode) -> None:
    assert exit_code(failure) is code


def test_wrong_usage_is_told_from_a_failure(document: Path) -> None:
    assert run("query", "no-such-file.graphql") == ExitCode.USAGE
    assert run("query", str(document), "--no-such-option") == ExitCode.USAGE


def test_an_error_is_one_line_and_a_hint(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", str(document), "--variables", "[1]") == ExitCode.USAGE
    message, hint = capsys.readouterr().err.splitlines()
    assert message == "Error: --variables is not a JSON object: it is [1]."
    assert '{"first": 5}' in hint


def test_verbose_shows_the_traceback_wherever_it_stands(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--verbose", "query"], ["query", "--verbose"]):
        assert run(*words, str(document), "--variables", "{") == ExitCode.USAGE
        assert "Traceback" in capsys.readouterr().err


def test_a_wrong_setting_is_one_readable_line(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTOMER_GRAPH_PORT", "eighty")
    assert run("query", str(document)) == ExitCode.USAGE
    assert "CUSTOMER_GRAPH_PORT" in capsys.readouterr().err.splitlines()[0]


def test_query_prints_the_answer_of_a_service(document: Path, service: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("query", str(document), "--url", service, "--variables", '{"first": 2}', "--operation", "Viewer")
    assert run(*asked) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["data"] == {
        "query": document.read_text(encoding="utf-8"),
        "variables": {"first": 2},
        "operationName": "Viewer",
    }


def test_query_asks_as_whoever_the_token_in_a_file_is_for(
    document: Path, service: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("cgk_1_2\n", encoding="utf-8")
    assert run("query", str(document), "--url", service, "--token-file", str(tmp_path / "token")) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["data"]["extensions"] == "Bearer cgk_1_2"


def test_an_answer_with_errors_is_printed_and_fails(
    tmp_path: Path, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.graphql"
    wrong.write_text("{ wrong }", encoding="utf-8")
    assert run("query", str(wrong), "--url", service) == ExitCode.FAILED
    assert json.loads(capsys.readouterr().out)["errors"]


@pytest.mark.parametrize(
    ("url", "code"), [("http://127.0.0.1:9/graphql", ExitCode.UNAVAILABLE), ("file:///etc/hosts", ExitCode.USAGE)]
)
def test_query_says_when_the_address_is_no_service(
    document: Path, url: str, code: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("query", str(document), "--url", url) == code
    assert url in capsys.readouterr().err


def test_the_documentation_lists_the_exit_codes() -> None:
    page = (Path(server.__file__).parent / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [f"| {code.value} |" for code in ExitCode] == re.findall(r"^\| \d+ \|", page, re.MULTILINE)


def test_an_import_tells_which_values_it_left_out_and_how_many_more_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = ImportReport(left_out=3)
    report.omissions = [Rejection("people.csv", 2, "Person.phone: '[113]' is not a whole phone number of VN.", "1,An")]
    tell(report)
    told = capsys.readouterr().out
    assert "people.csv:2: left out: Person.phone: '[113]' is not a whole phone number of VN." in told
    assert "3 values were left out; these are the first." in told
    assert "rejected" not in told
