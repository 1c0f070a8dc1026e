"""Queries that were made before, found again by the arguments that made them."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import Any

from attrs import Factory, define

from ..models import Circle, LatLng, TextSearch
from ..models.cache_key import BIAS_PER_DEGREE, EXACT_PER_DEGREE, cell, folded
from ..models.converters import encodable


QueryArgs = tuple[str, Any, tuple[Any, ...], object]
"""The text, the point near which to look, all other arguments, and their types, which tell 1 from True."""

_MAX_QUERIES = 4_096
_LONGEST = 512  # characters of all arguments together: longer ones would fill the memory
_new = object.__new__


@define
class QueryMemo:
    """Spares a repeated query validation and key: found by its exact arguments, or by their meaning."""

    _exact: dict[QueryArgs, TextSearch] = Factory(dict)
    _alike: dict[tuple[object, ...], TextSearch] = Factory(dict)

    def get_or_make(self, args: QueryArgs, make: Callable[[QueryArgs], TextSearch]) -> TextSearch:
        """Return the query of these arguments, always with the text and the point as they were given."""
        try:
            query = self._exact.get(args)
        except TypeError:  # lists and the like cannot be looked up
            return make(args)
        return self._made(args, make) if query is None else query

    def _made(self, args: QueryArgs, make: Callable[[QueryArgs], TextSearch]) -> TextSearch:
        """Copy a query that means the same, and so has the same key, or make one."""
        meaning = _meaning(args)
        known = None if meaning is None else self._alike.get(meaning)
        if known is not None:
            return _respelt(known, args)
        query = make(args)
        if meaning is not None and _is_plain(args):
            _remember(self._alike, meaning, query)
            _remember(self._exact, args, query)
        return query


def _meaning(args: QueryArgs) -> tuple[object, ...] | None:
    """Return what the key says of the arguments; None unless the text and the point are valid."""
    text, near, rest, types = args
    if type(text) is not str or len(text) > _LONGEST:
        return None
    if near is None:
        return folded(text), rest, types
    if type(near) is not tuple or len(near) != 2:
        return None
    latitude, longitude = near
    if type(latitude) is not float or type(longitude) is not float:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    by_distance = type(types) is tuple and ("rank_preference", "DISTANCE") in rest
    cells = EXACT_PER_DEGREE if by_distance else BIAS_PER_DEGREE
    return folded(text), cell(latitude, cells), cell(longitude, cells), rest, types


def _is_plain(args: QueryArgs) -> bool:
    """Whether equal arguments mean the same, and are short enough to be remembered.

    The point and the radius come without their types, but no bool equals any number but 0 and 1.
    """
    text, near, (radius, *more), _ = args
    if radius in (0, 1) or (near is not None and (0 in near or 1 in near)):
        return False
    size = len(text)
    for value in (radius, *more):
        given = value[1] if type(value) is tuple else value
        if isinstance(given, str):
            size += len(given)
        elif not isinstance(given, (int, float, NoneType)):
            return False
    return size <= _LONGEST


def _respelt(known: TextSearch, args: QueryArgs) -> TextSearch:
    """Copy a checked query, with its key, for another text and point that mean the same."""
    query = _new(TextSearch)
    members = query.__dict__
    members["shared_key"] = known.shared_key
    members["_deferred"] = _rest, known, args
    return query


def _rest(known: TextSearch, args: QueryArgs) -> dict[str, Any]:
    """Return the members of a copy; a hit does without them."""
    text, near, *_ = args
    members = {**known.__dict__, "text_query": encodable(text)}
    if near is not None:
        bias: Any = known.location_bias
        members["location_bias"] = Circle(LatLng(*near), bias.radius)
    return members


def _remember(known: dict[Any, TextSearch], key: tuple[object, ...], query: TextSearch) -> None:
    if len(known) >= _MAX_QUERIES:
        known.clear()
    known[key] = query
