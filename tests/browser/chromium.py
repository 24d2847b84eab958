"""A headless Chromium driven through its DevTools protocol: enough to open a page, use it and take its picture."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

HOW_TO_GET = "no Chromium here: install it with `apt-get install chromium` (or have chromium or google-chrome on PATH)"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--force-device-scale-factor=1",
)


class PageError(Exception):
    """The page did not do what was waited for, or a script in it failed."""


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


class Browser:
    """One browser with one page, from entering the context to leaving it.

    `requests` holds the address of everything the page asked for, `complaints` every error its console showed,
    refusals by its Content-Security-Policy among them.
    """

    def __init__(self, program: str, width: int = 1440, height: int = 900) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._program = program
        self._size = f"--window-size={width},{height}"
        self._view = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [self._program, *_FLAGS, self._size, f"--user-data-dir={self._folder.name}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._socket = self._connect()
            for domain in ("Page", "Network", "Runtime", "Log"):
                self._call(f"{domain}.enable")
            self._call("Emulation.setDeviceMetricsOverride", **self._view)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(PageError, ConnectionClosed):
            self._call("Browser.close")
        self._stop()

    def open(self, url: str) -> None:
        """Goes to the address and waits until the document is there."""
        self._call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def evaluate(self, script: str) -> Any:
        """The JSON value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise PageError(answer["exceptionDetails"].get("exception", {}).get("description", script))
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 20) -> Any:
        """The value of the expression as soon as it is truthy."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := self.evaluate(script):
                return value
            time.sleep(0.05)
        raise PageError(f"waited {seconds} s in vain for: {script}")

    def screenshot(self, file: Path) -> None:
        """What the window shows, as a PNG file."""
        file.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def _connect(self) -> ClientConnection:
        port_file = Path(self._folder.name) / "DevToolsActivePort"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if port_file.is_file() and (lines := port_file.read_text().split()):
                targets = httpx.get(f"http://127.0.0.1:{lines[0]}/json/list", trust_env=False).json()
                page = next(target for target in targets if target["type"] == "page")
                connection = connect(page["webSocketDebuggerUrl"], max_size=None, proxy=None)
                return self._open.enter_context(connection)
            time.sleep(0.05)
        raise PageError("Chromium did not open its DevTools port within 30 s")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(orjson.dumps({"id": number, "method": method, "params": parameters}).decode())
        while True:
            message: dict[str, Any] = orjson.loads(self._socket.recv(timeout=30))
            if message.get("id") == number:
                if "error" in message:
                    raise PageError(f"{method}: {message['error']['message']}")
                result: dict[str, Any] = message["result"]
                return result
            self._note(message.get("method"), message.get("params", {}))

    def _note(self, event: str | None, details: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
        elif event == "Log.entryAdded" and details["entry"]["level"] == "error":
            self.complaints.append(details["entry"]["text"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(details["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and details["type"] == "error":
            self.complaints.append(str(details["args"]))

    def _stop(self) -> None:
        self._open.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        # Its helper processes may outlive it for a moment, and would write into the folder.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()
