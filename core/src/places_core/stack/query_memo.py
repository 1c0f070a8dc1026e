"""Queries that were made before, found again by the arguments that made them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attrs import Factory, define

from ..models.cache_key import BIAS_DECIMALS, folded


Q = TypeVar("Q")
QueryArgs = tuple[str, Any, tuple[Any, ...]]
"""The text, the point near which to look, and all other arguments."""

_MAX_QUERIES = 10_000
_CELL = 10.0**-BIAS_DECIMALS
_HALF = _CELL / 2


@define
class QueryMemo:
    """Spares a repeated query validation and key: found by its exact arguments, or by their meaning."""

    _exact: dict[tuple[Hashable, ...], Any] = Factory(dict)
    _folded: dict[tuple[Hashable, ...], Any] = Factory(dict)

    def get_or_make(self, args: QueryArgs, make: Callable[[QueryArgs], Q]) -> Q:
        """Return the query that means the same as `args`, or make it."""
        try:
            query: Q | None = self._exact.get(args)
        except TypeError:  # lists and the like cannot be looked up
            return make(args)
        if query is None:
            query = self._by_meaning(args, make)
            _remember(self._exact, args, query)
        return query

    def _by_meaning(self, args: QueryArgs, make: Callable[[QueryArgs], Q]) -> Q:
        text, near, rest = args
        if type(text) is not str or type(near) is not tuple or len(near) != 2:
            return make(args)
        try:
            meaning = (folded(text), (near[0] + _HALF) // _CELL, (near[1] + _HALF) // _CELL, rest)
        except (TypeError, OverflowError):  # not a pair of numbers: validation says so
            return make(args)
        query: Q | None = self._folded.get(meaning)
        if query is None:
            query = make(args)
            _remember(self._folded, meaning, query)
        return query


def _remember(known: dict[tuple[Hashable, ...], Any], args: tuple[Hashable, ...], query: object) -> None:
    if len(known) >= _MAX_QUERIES:
        known.clear()
    known[args] = query
