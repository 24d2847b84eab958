"""A position is a text that a client keeps and hands back, and says exactly what was told before it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.live.position import Position, PositionError

SEQS = st.integers(0, 10**18 - 1)
POSITIONS = st.builds(Position, SEQS, st.none() | st.integers(0, 10**9 - 1))


@given(POSITIONS)
def test_what_is_handed_back_is_what_was_given(position: Position) -> None:
    assert Position.parse(str(position)) == position


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{0,20}\.?-?[0-9]{0,11}", fullmatch=True))
def test_any_other_text_is_refused(text: str) -> None:
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,9})?", text):
        Position.parse(text)
    else:
        with pytest.raises(PositionError):
            Position.parse(text)


@pytest.mark.parametrize("text", ["", "-1", "1.", ".1", "1.2.3", " 1", "1\n", "١", "9" * 19, "1e3"])
def test_what_looks_like_a_position_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(PositionError):
        Position.parse(text)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_whoever_goes_on_from_any_message_is_told_the_rest_and_nothing_twice(
    sizes: list[int], data: st.DataObject
) -> None:
    # Events 1, 2, ... with so many ids each.
    every = [(seq, index) for seq, size in enumerate(sizes, 1) for index in range(size)]
    told = data.draw(st.integers(0, len(every) - 1))
    seq, index = every[told]
    position = Position.behind(seq, index, sizes[seq - 1])
    rest = [place for place in every if place[0] > position.read_from and not position.covers(*place)]
    assert rest == every[told + 1 :]
