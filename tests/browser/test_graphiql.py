"""GraphiQL in a real Chromium: it works without any other origin, and the documentation and the examples with it."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.browser.chromium import HOW_TO_GET, Browser, find_chromium
from tests.browser.graphiql_page import ANSWER, GraphiQLPage
from tests.endpoint.toy import EXAMPLES, toy_app

CHROMIUM = find_chromium()

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=HOW_TO_GET)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a toy service that runs for as long as the module's tests."""
    config = uvicorn.Config(toy_app(examples=EXAMPLES), host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(service: str) -> Iterator[GraphiQLPage]:
    assert CHROMIUM is not None
    with Browser(CHROMIUM) as browser:
        yield GraphiQLPage(browser, service)


def test_a_newcomer_runs_a_query_and_reads_the_documentation(page: GraphiQLPage, service: str) -> None:
    assert page.tabs() == ["Everyone", "Noodles", "<untitled>"]
    assert page.run()["data"]["customers"][0] == {"name": "QUICK-Stop", "spent": "110277.305"}

    page.look_up("Query")
    page.browser.wait_for("document.querySelector('.graphiql-doc-explorer').innerText.includes('customers')")
    assert "Customers whose name starts with the text" in page.documentation()

    page.open_example("Names that start with phở")
    assert page.run() == {"data": {"customers": [{"name": "Phở Bát Đàn"}]}}
    assert page.tabs() == ["Everyone", "Noodles", "<untitled>", "Noodles"]

    assert page.browser.complaints == []
    requests = [request for request in page.browser.requests if not request.startswith("data:")]
    assert requests
    assert all(request.startswith(f"{service}/graph") for request in requests)


def test_a_subscription_shows_its_answers_as_they_come(page: GraphiQLPage) -> None:
    page.write("subscription { count(to: 3) }")
    page.run()
    page.browser.wait_for(f"{ANSWER}.includes('\"count\": 3')")
    assert page.browser.complaints == []
