"""Queries that were made before, found again by the words in which they were asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attrs import Factory, define

from .models.keys import BIAS_DECIMALS, folded


Q = TypeVar("Q")
Words = tuple[str, Any, tuple[Hashable, ...]]
_MOST = 10_000
_CELL = 10.0**-BIAS_DECIMALS
_HALF = _CELL / 2


@define
class Spellings:
    """Spares a known question its checks and its key: found by its exact words, or by their meaning."""

    _exact: dict[tuple[Hashable, ...], Any] = Factory(dict)
    _folded: dict[tuple[Hashable, ...], Any] = Factory(dict)

    def exact(self, words: Words) -> Any:
        """Give the query that exactly these words made before."""
        try:
            return self._exact.get(words)
        except TypeError:  # lists and the like cannot be looked up
            return None

    def query(self, words: Words, make: Callable[[], Q]) -> Q:
        """Give the query that means the same as these words, or make it."""
        text, near, rest = words
        query = self._same(text, near, rest, make)
        try:
            _remember(self._exact, words, query)
        except TypeError:  # lists and the like cannot be remembered
            return query
        return query

    def _same(self, text: str, near: Any, rest: tuple[Hashable, ...], make: Callable[[], Q]) -> Q:
        if type(text) is not str or type(near) is not tuple or len(near) != 2:
            return make()
        try:
            meaning = (folded(text), (near[0] + _HALF) // _CELL, (near[1] + _HALF) // _CELL, rest)
            query: Q | None = self._folded.get(meaning)
        except (TypeError, OverflowError):  # no numbers, or lists and the like: let the checks say so
            return make()
        if query is None:
            query = make()
            _remember(self._folded, meaning, query)
        return query


def _remember(known: dict[tuple[Hashable, ...], Any], words: tuple[Hashable, ...], query: object) -> None:
    if len(known) >= _MOST:
        known.clear()
    known[words] = query
