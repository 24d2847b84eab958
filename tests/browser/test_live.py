"""A real Chromium subscribes: over a socket from its own origin alone, and by EventSource, which goes on by itself."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.browser.chromium import HOW_TO_GET, Browser, find_chromium
from tests.endpoint.toy import ToyExecutor, toy_app

CHROMIUM = find_chromium()
EVENTS = """
window.seen = [];
window.stream = new EventSource("/graphql?query=" + encodeURIComponent("subscription { count(to: 3) }"));
stream.addEventListener("next", (event) => seen.push(JSON.parse(event.data).data.count + ":" + event.lastEventId));
stream.addEventListener("complete", () => seen.push("complete"));
true"""
SOCKET = """
window.seen = [];
window.socket = new WebSocket(%s, "graphql-transport-ws");
socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  seen.push(message.type);
  if (message.type === "connection_ack")
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: "subscription { count(to: 2) }" } }));
};
socket.onclose = ({ code }) => seen.push("closed " + code);
true"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET)


@pytest.fixture(scope="module")
def executor() -> ToyExecutor:
    return ToyExecutor()


@pytest.fixture(scope="module")
def service(executor: ToyExecutor) -> Iterator[str]:
    """The address, without its scheme, of a toy service that runs for as long as the module's tests."""
    server = uvicorn.Server(uvicorn.Config(toy_app(executor), host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def browser(service: str) -> Iterator[Browser]:
    assert CHROMIUM is not None
    with Browser(CHROMIUM) as found:
        found.open(f"http://{service}/graphiql")
        yield found


def test_an_event_source_goes_on_behind_the_last_event_it_saw(browser: Browser, executor: ToyExecutor) -> None:
    browser.evaluate(EVENTS)
    browser.wait_for("seen.filter((what) => what === 'complete').length === 2")
    browser.evaluate("stream.close()")
    assert browser.evaluate("seen") == ["1:1", "2:2", "3:3", "complete", "complete"]
    assert [request.after for request in executor.requests if "count" in request.query][:2] == [None, "3"]


def test_a_page_of_the_service_subscribes_over_a_socket(browser: Browser, service: str) -> None:
    browser.evaluate(SOCKET % f'"ws://{service}/graphql"')
    browser.wait_for("seen.includes('complete')")
    assert browser.evaluate("seen") == ["connection_ack", "next", "next", "complete"]


def test_a_page_of_another_origin_does_not(browser: Browser, service: str) -> None:
    browser.open("about:blank")  # No policy of its own keeps this one from opening a socket.
    browser.evaluate(SOCKET % f'"ws://{service}/graphql"')
    browser.wait_for("seen.length")
    assert browser.evaluate("seen") == ["closed 1006"]
