"""What an identity may cost in a minute is counted in the process, or in Redis for all of them."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from resolvers.executor.meter import Meter, MeterError, RateError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of its own."""
    if shutil.which("redis-server") is None:
        pytest.skip("counters in Redis need redis-server: apt-get install redis-server")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1", "--daemonize", "no"]
    with subprocess.Popen(command, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "memory://"
    found: str = request.getfixturevalue("redis")
    return found


async def test_what_operations_cost_is_taken_from_the_minute_s_worth(store: str) -> None:
    meter = Meter(100, store)
    balance = await meter.spend("an", 30)
    assert (balance.limit, balance.remaining) == (100, 70)
    assert 1 <= balance.seconds <= 60
    assert (await meter.spend("an", 70)).remaining == 0


async def test_who_has_too_little_left_is_told_how_much_and_when_to_come_again(store: str) -> None:
    meter = Meter(100, store)
    await meter.spend("bình", 60)
    with pytest.raises(RateError, match=r"cost 100; 40 is left, and this one costs 41") as refused:
        await meter.spend("bình", 41)
    assert f"{refused.value.values['seconds']} s" in refused.value.advice()
    assert (await meter.spend("bình", 40)).remaining == 0


async def test_identities_are_counted_apart(store: str) -> None:
    meter = Meter(100, store)
    await meter.spend("chi", 100)
    assert (await meter.spend("dũng", 1)).remaining == 99


async def test_even_an_operation_that_costs_nothing_counts(store: str) -> None:
    assert (await Meter(100, store).spend("em", 0)).remaining == 99


async def test_an_operation_beyond_a_whole_minute_s_worth_takes_all_of_one(store: str) -> None:
    meter = Meter(100, store)
    assert (await meter.spend("giang", 5_000)).remaining == 0
    with pytest.raises(RateError):
        await meter.spend("giang", 1)


async def test_processes_that_share_a_redis_count_together(redis: str) -> None:
    await Meter(100, redis).spend("hà", 60)
    with pytest.raises(RateError):
        await Meter(100, redis).spend("hà", 60)


async def test_a_lost_redis_stops_nobody_and_is_made_up_for() -> None:
    meter = Meter(100, f"redis://127.0.0.1:{free_port()}")
    assert (await meter.spend("khánh", 60)).remaining == 40
    with pytest.raises(RateError):
        await meter.spend("khánh", 60)


@pytest.mark.parametrize("store", ["mongodb://somewhere", "nothing", "redis+cluster://somewhere"])
def test_another_kind_of_store_is_refused(store: str) -> None:
    with pytest.raises(MeterError, match="no such kind"):
        Meter(100, store)


def test_a_password_in_the_address_is_not_shown() -> None:
    with pytest.raises(MeterError) as refused:
        Meter(100, "redis://:hush@somewhere:port")
    assert "hush" not in refused.value.message() + repr(refused.value.__cause__)


async def test_a_balance_is_told_as_the_fields_of_http() -> None:
    balance = await Meter(100).spend("lan", 30)
    assert balance.headers == {
        "ratelimit-policy": '"cost";q=100;w=60',
        "ratelimit": f'"cost";r=70;t={balance.seconds}',
    }
