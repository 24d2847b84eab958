"""The log is for people on a terminal and JSON lines elsewhere; libraries do not chatter in it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import logging, sys
import structlog
from commands.logs import LogFormat, LogLevel, configure_logging
from pydantic import SecretStr

early = structlog.get_logger("early")
configure_logging(LogLevel(sys.argv[1]), LogFormat.AUTO)
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    early.info("hello", name="Ph\u1edf", password=SecretStr("correct horse"))
    logging.getLogger("plain").warning("of %s", "a library", extra={"more": 1})
logging.getLogger("httpx").info("HTTP Request: GET somewhere")
logging.getLogger("uvicorn.error").info("Waiting for application startup.")
logging.getLogger("uvicorn.error").error("A defect")

def fails(password):
    raise RuntimeError("a failure")

try:
    fails("correct horse")
except RuntimeError:
    early.exception("failed")
"""


def run(level: str, stderr: int = subprocess.PIPE) -> str:
    command = [sys.executable, "-c", PROGRAM, level]
    return subprocess.run(command, cwd=ROOT, stderr=stderr, text=True, check=True).stderr or ""


def test_elsewhere_each_line_is_json_with_the_context_of_its_request() -> None:
    hello, plain, defect, failed = map(json.loads, run("info").splitlines())
    assert (hello["event"], hello["name"], hello["request_id"]) == ("hello", "Phở", "r-1")
    assert (plain["event"], plain["more"], plain["request_id"]) == ("of a library", 1, "r-1")
    assert (defect["event"], defect["level"]) == ("A defect", "error")
    assert "request_id" not in defect
    assert "a failure" in failed["exception"]


def test_on_a_terminal_it_is_for_people() -> None:
    leader, follower = pty.openpty()
    run("info", follower)
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert "hello" in shown
    assert "Phở" in shown
    assert "a failure" in shown
    assert "correct horse" not in shown
    assert not any(line.startswith("{") for line in shown.splitlines())


@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_no_secret_is_in_it(level: str) -> None:
    assert "correct horse" not in run(level)


def test_libraries_speak_up_only_where_it_is_asked_for() -> None:
    assert "HTTP Request" in run("debug")
    assert "HTTP Request" not in run("info")


def test_the_least_level_holds_for_libraries_too() -> None:
    assert [json.loads(line)["event"] for line in run("error").splitlines()] == ["A defect", "failed"]
