"""Draws without state: the same seed, purpose and number always give the same value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = 2**64 - 1
_EXPONENT = 0.9
"""Of the power law: the k-th of many takes about k to the power of -0.9."""


def mixed(stream: int, number: int) -> int:
    """64 well-mixed bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    z = (stream + number * 0x8CB92BA72F3D8DD7) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


class _Streams(dict[int, int]):
    """What the draws of each purpose start from; there are as many as purposes."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def __missing__(self, purpose: int) -> int:
        found = self[purpose] = (self._seed * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03) & _MASK
        return found


class Draws:
    """The draws of one seed. `purpose` is any small number that tells one use from another."""

    def __init__(self, seed: int) -> None:
        self._streams = _Streams(seed)

    def bits(self, purpose: int, number: int) -> int:
        """64 bits, all alike."""
        return mixed(self._streams[purpose], number)

    def below(self, purpose: int, number: int, end: int) -> int:
        """A whole number from 0 to `end` - 1, all alike."""
        return mixed(self._streams[purpose], number) % end

    def choice(self, purpose: int, number: int, items: Sequence[T]) -> T:
        """One of the items, all alike."""
        return items[mixed(self._streams[purpose], number) % len(items)]

    def ranked(self, purpose: int, number: int, end: int) -> int:
        """A whole number from 0 to `end` - 1, small ones far more often: a power law of exponent 0.9.

        The inverse of its distribution function, taken as continuous.
        """
        part = mixed(self._streams[purpose], number) / 2**64
        power = 1 - _EXPONENT
        rank = (((end + 1) ** power - 1) * part + 1) ** (1 / power)
        return min(int(rank) - 1, end - 1)
