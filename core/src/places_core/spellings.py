"""Queries that were made before, found again by the words in which they were asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attrs import Factory, define

from .models.keys import BIAS_DECIMALS, folded


Q = TypeVar("Q")
_MOST = 10_000


@define
class Spellings:
    """Spares a known question its checks and its key: found by its exact words, or by their meaning."""

    _exact: dict[tuple[Hashable, ...], Any] = Factory(dict)
    _folded: dict[tuple[Hashable, ...], Any] = Factory(dict)

    def query(self, text: str, near: Any, rest: tuple[Hashable, ...], make: Callable[[], Q]) -> Q:
        """Give the query that these words made before, or one that means the same, or make it."""
        words = (text, near, rest)
        try:
            query: Q | None = self._exact.get(words)
        except TypeError:  # lists and the like cannot be looked up
            return make()
        if query is None:
            query = self._same(text, near, rest, make)
            _remember(self._exact, words, query)
        return query

    def _same(self, text: str, near: Any, rest: tuple[Hashable, ...], make: Callable[[], Q]) -> Q:
        if type(text) is not str or type(near) is not tuple or len(near) != 2:
            return make()
        try:
            meaning = (folded(text), round(near[0], BIAS_DECIMALS), round(near[1], BIAS_DECIMALS), rest)
        except (TypeError, ValueError, OverflowError):  # no numbers: let the checks say so
            return make()
        query: Q | None = self._folded.get(meaning)
        if query is None:
            query = make()
            _remember(self._folded, meaning, query)
        return query


def _remember(known: dict[tuple[Hashable, ...], Any], words: tuple[Hashable, ...], query: object) -> None:
    if len(known) >= _MOST:
        known.clear()
    known[words] = query
