"""The protocol graphql-transport-ws: what each frame leads to, whatever comes."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoint.websocket.session import (
    Action,
    Authenticate,
    Close,
    Code,
    Reply,
    Session,
    Start,
    State,
    Stop,
    complete_message,
    error_message,
    next_message,
)

LIMIT = 10_000
QUERY = {"query": "{ __typename }"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPES = ("connection_init", "connection_ack", "ping", "pong", "subscribe", "next", "error", "complete")
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | JSON},
    optional={
        "id": st.sampled_from(("a", "b")) | JSON,
        "payload": st.just(QUERY)
        | JSON
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("query", "variables", "operationName", "extensions"), JSON)
        ),
    },
)
FRAMES = st.one_of(MESSAGES.map(lambda m: orjson.dumps(m).decode()), JSON.map(lambda j: orjson.dumps(j).decode()))
ANY_FRAME = FRAMES | st.text(max_size=50) | st.binary(max_size=50)


def new() -> Session:
    return Session(LIMIT, "en")


def opened() -> Session:
    session = new()
    assert say(session, type="connection_init") == Authenticate({})
    session.acknowledge()
    return session


def say(session: Session, **message: Any) -> Action | None:
    return session.receive(orjson.dumps(message).decode())


def code_of(action: Action | None) -> Code | None:
    return action.code if isinstance(action, Close) else None


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(ANY_FRAME, max_size=12))
def test_any_frames_are_answered_by_the_protocol_and_nothing_is_raised(frames: list[str | bytes]) -> None:
    session = new()
    running: set[str] = set()
    for frame in frames:
        before = session.state
        action = session.receive(frame)
        match action:
            case Authenticate():
                assert before is State.NEW
                session.acknowledge()
            case Start(id=id):
                assert before is State.OPEN
                assert id not in running
                running.add(id)
            case Stop(id=id):
                running.remove(id)
            case Reply(text=text):
                assert orjson.loads(text)["type"] == "pong"
            case Close(reason=reason):
                assert before is not State.CLOSED
                assert reason
                assert len(action.short_reason.encode()) <= 123
                assert session.state is State.CLOSED
        if before is State.CLOSED:
            assert action is None
        assert session.running == len(running)


@pytest.mark.parametrize(
    "frame",
    [
        "[]",
        '"x"',
        "1",
        "null",
        "",
        "{",
        "{}",
        '{"type":[]}',
        '{"type":"nonsense"}',
        '{"type":"next","id":"1","payload":{}}',
        '{"type":"connection_init","payload":"text"}',
        '{"type":"ping","payload":[]}',
        '{"type":"pong","payload":7}',
        '{"type":"subscribe","payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":["1"],"payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":"","payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":"1","payload":"{ a }"}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":7}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","operationName":{}}}',
        '{"type":"complete"}',
        '{"type":"complete","id":1}',
        b'{"type":"ping"}',
        '"' + "x" * LIMIT + '"',
        '"' + "ở" * (LIMIT // 2) + '"',
        "[" * 5_000,
    ],
)
def test_what_is_no_message_closes_with_4400(frame: str | bytes) -> None:
    assert code_of(opened().receive(frame)) is Code.BAD_REQUEST


def test_an_operation_before_the_connection_is_open_closes_with_4401() -> None:
    session = new()
    assert code_of(say(session, type="subscribe", id="1", payload=QUERY)) is Code.UNAUTHORIZED
    session = new()
    say(session, type="connection_init")
    assert code_of(say(session, type="subscribe", id="1", payload=QUERY)) is Code.UNAUTHORIZED


def test_a_second_initialisation_closes_with_4429() -> None:
    assert code_of(say(opened(), type="connection_init")) is Code.TOO_MANY_INITIALISATION_REQUESTS
    session = new()
    say(session, type="connection_init")
    assert code_of(say(session, type="connection_init")) is Code.TOO_MANY_INITIALISATION_REQUESTS


def test_an_id_that_runs_already_closes_with_4409() -> None:
    session = opened()
    say(session, type="subscribe", id="1", payload=QUERY)
    closed = say(session, type="subscribe", id="1", payload=QUERY)
    assert closed == Close(Code.SUBSCRIBER_ALREADY_EXISTS, "Subscriber for 1 already exists")


def test_an_id_is_free_again_when_either_side_has_completed_it() -> None:
    session = opened()
    for _ in range(2):
        assert isinstance(say(session, type="subscribe", id="1", payload=QUERY), Start)
        assert say(session, type="complete", id="1") == Stop("1")
    assert isinstance(say(session, type="subscribe", id="1", payload=QUERY), Start)
    assert session.finish("1")
    assert not session.finish("1")
    assert say(session, type="complete", id="1") is None


def test_a_ping_is_answered_with_its_payload_at_any_time() -> None:
    session = new()
    assert say(session, type="ping") == Reply('{"type":"pong"}')
    assert say(session, type="ping", payload={"at": 7}) == Reply('{"type":"pong","payload":{"at":7}}')
    assert say(session, type="pong", payload={"at": 7}) is None
    assert session.state is State.NEW


def test_nothing_is_read_after_the_end() -> None:
    session = opened()
    session.receive("[]")
    assert say(session, type="ping") is None


def test_an_operation_carries_what_a_request_over_http_carries() -> None:
    payload = {"query": "query A { a }", "variables": {"b": 1}, "operationName": "A", "extensions": {"c": 2}}
    started = say(opened(), type="subscribe", id="1", payload=payload)
    assert isinstance(started, Start)
    request = started.request
    assert (request.query, request.variables, request.operation_name) == ("query A { a }", {"b": 1}, "A")
    assert request.extensions == {"c": 2}
    assert request.mutations_allowed


def test_answers_are_wrapped_as_they_are() -> None:
    id = 'a"ở'
    assert orjson.loads(next_message(id, b'{"data":{"a":1}}')) == {
        "id": id,
        "type": "next",
        "payload": {"data": {"a": 1}},
    }
    errors = [{"message": "no"}]
    assert orjson.loads(error_message(id, orjson.dumps({"errors": errors}))) == {
        "id": id,
        "type": "error",
        "payload": errors,
    }
    assert orjson.loads(complete_message(id)) == {"id": id, "type": "complete"}
