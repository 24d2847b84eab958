"""Opens the embedded database and does as it is told, saying on standard output what is so; the tests end it."""

import signal
import sys
import time
from itertools import count
from pathlib import Path

import neo4j

from graph.embedded import EmbeddedSettings, Endpoint, QuietProgress, open_embedded


def say(what: object) -> None:
    """Put one line on standard output at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def write(endpoint: Endpoint, run: str) -> None:
    """Write one node after the other, and name each as soon as the database has acknowledged it."""
    auth = endpoint.user, endpoint.password
    # Once the database is killed there is nothing to wait for.
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=auth, max_transaction_retry_time=1) as driver:
        for number in count():
            driver.execute_query("CREATE (:Written {run: $run, number: $number})", run=run, number=number)
            say(number)


def main() -> None:
    """Say `owned` or `joined`, then wait, raise, or write."""
    # Tests that run in the background would hand down that it is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    data, cache, version, task, *rest = sys.argv[1:]
    settings = EmbeddedSettings(
        Path(data), Path(cache), version, heap_mb=256, page_cache_mb=64, transaction_mb=64, transactions_mb=128
    )
    with open_embedded(settings, QuietProgress()) as endpoint:
        say("owned" if endpoint.owned else "joined")
        if task == "write":
            write(endpoint, *rest)
        if task == "raise":
            raise RuntimeError("told so")
        if task == "wait":
            time.sleep(float(rest[0]))


main()
