"""The cache holds so many entries, of so much weight together, and those that were used last."""

from hypothesis import given
from hypothesis import strategies as st

from resolvers.executor.lru import Lru

keys = st.integers(0, 5)


def test_the_least_recently_used_goes() -> None:
    kept: Lru[str, int] = Lru(2)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.get("a")
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_heavy_entries_push_out_more_than_one() -> None:
    kept: Lru[str, int] = Lru(9, room=10)
    for key in "abc":
        kept.put(key, 1, weight=3)
    kept.put("d", 2, weight=7)
    assert [kept.get(key) for key in "abcd"] == [None, None, 1, 2]


def test_what_is_heavier_than_the_room_is_not_kept() -> None:
    kept: Lru[str, int] = Lru(9, room=10)
    kept.put("a", 1, weight=11)
    assert (kept.get("a"), kept.figures.entries) == (None, 0)
    kept.put("b", 2, weight=10)
    assert kept.get("b") == 2


@given(st.lists(st.tuples(keys, st.integers(0, 6)) | keys, max_size=40), st.integers(1, 4), st.integers(0, 12))
def test_it_holds_what_a_plain_list_would(steps: list[tuple[int, int] | int], size: int, room: int) -> None:
    """The oracle keeps (key, weight) in order of use."""
    kept: Lru[int, int] = Lru(size, room)
    listed: list[tuple[int, int]] = []
    for step in steps:
        if isinstance(step, int):
            listed.sort(key=lambda entry: entry[0] == step)
            assert kept.get(step) == next((weight for key, weight in listed if key == step), None)
        else:
            listed = [*(entry for entry in listed if entry[0] != step[0]), step]
            kept.put(step[0], step[1], step[1])
            while len(listed) > size or sum(weight for _, weight in listed) > room:
                listed.pop(0)
    assert kept.figures.entries == len(listed)
