"""The canonical cache key of a query: one key for every spelling of a question, and for no other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import attrs

from ..convert.schema import once
from .geo import LatLng
from .message import Message


BIAS_PER_DEGREE = 1e3  # cells of about 110 m: a bias is only a preference
EXACT_PER_DEGREE = 1e5  # about 1 m: a restriction must hold, and a distance must be right
_MASK_LENGTH = 64
_ABOUT = {"search_text": "text_query", "autocomplete": "input", "details": "place_id", "photo": "place_id"}
_MARK = re.compile(r"[%?&,'@\x00-\x1f\x7f]")


def canonical_key(query: Any) -> str:
    """Spell the query as `operation:text?field=value&…`, in a fixed order and without what is unset.

    No part of it can hold an `@`, or be taken for another part.
    """
    parts = "&".join(
        [f"{name}={_part(query, name, value)}" for name, value in _members_of(type(query))(query)]
    )
    return f"{query.operation}:{_escaped(_subject(query))}?{parts}"


def folded(text: str) -> str:
    """Make texts equal that differ in case, width, composition or blanks only."""
    if text.isascii():  # nothing to compose, and one case to fold
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _subject(query: Any) -> str:
    about = _ABOUT.get(query.operation)
    subject: str = getattr(query, about) if about else ""
    if about == "text_query" or (about == "input" and query.input_offset is None):
        return folded(subject)
    return subject  # an id; or a text in which an offset counts the characters


@once
def _members_of(cls: type) -> Callable[[Any], list[tuple[str, Any]]]:
    """Generate the function that lists in order what is set and tells queries of one class apart.

    What a query is about is not among it. Without a loop it takes half the time.
    """
    members = sorted(
        (each for each in attrs.fields(cls) if each.name not in _ABOUT.values()), key=attrgetter("name")
    )
    lines = ["def list_members(query):", "    found = []"]
    for name, default in ((each.name, each.default) for each in members):
        unless = f" if value is not {default!r}:" if default in (None, False) else " if value != ():"
        lines += [f"    value = query.{name}", f"   {unless} found.append(({name!r}, value))"]
    scope: dict[str, Any] = {}
    exec("\n".join([*lines, "    return found"]), scope)  # noqa: S102
    generated: Callable[[Any], list[tuple[str, Any]]] = scope["list_members"]
    return generated


def _part(query: Any, name: str, value: Any) -> str:
    if name == "fields":
        return _short(str(value))
    if isinstance(value, tuple):
        return ",".join(sorted({each.lower() for each in value}))
    if name in ("language_code", "region_code"):
        return str(value).lower()
    if type(value) is int:
        return repr(value)
    if not isinstance(value, Message):
        return _escaped(str(value))
    vague = name == "location_bias" and getattr(query, "rank_preference", None) != "DISTANCE"
    return _spelled(value, BIAS_PER_DEGREE if vague else EXACT_PER_DEGREE)


def _spelled(value: Any, per_degree: float) -> str:
    """Spell a circle, a rectangle or other parameters, with their coordinates rounded."""
    if type(value) is float:
        return repr(value + 0.0)
    if type(value) is LatLng and not value.extra:
        return f"({_degrees(value.latitude, per_degree)} {_degrees(value.longitude, per_degree)})"
    if isinstance(value, Message):
        members = [(name, getattr(value, name)) for name in _all_names(type(value))]
        return _listed([(name, each) for name, each in members if each not in (None, {})], per_degree)
    if isinstance(value, Mapping):
        return f"{{{_listed([(_atom(name), value[name]) for name in sorted(value, key=str)], per_degree)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_spelled(each, per_degree) for each in value])}]"
    return f"{value}.0" if type(value) is int else _atom(value)


def _listed(members: Iterable[tuple[str, Any]], per_degree: float) -> str:
    return f"({','.join([f'{name}:{_spelled(value, per_degree)}' for name, value in members])})"


def _atom(value: Any) -> str:
    """Spell a text in quotes, and True, False and None without."""
    spelled = _escaped(str(value))
    return f"'{spelled}'" if isinstance(value, str) else spelled


def _degrees(value: Any, per_degree: float) -> str:
    if type(value) in (float, int) and -360 <= value <= 360:
        return repr(cell(value, per_degree) / per_degree)
    return _spelled(value, per_degree)


def cell(degrees: float, per_degree: float) -> float:
    """Return the number of the cell that a coordinate falls into; all in one cell mean the same."""
    return (degrees * per_degree + 0.5) // 1


def _escaped(text: str) -> str:
    return _MARK.sub(lambda found: f"%{ord(found[0]):02x}", text)


@once
def _all_names(cls: type) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in attrs.fields(cls))


def _short(mask: str) -> str:
    """Keep masks readable while they are short, and keys bounded when they are not."""
    return mask if len(mask) <= _MASK_LENGTH else blake2b(mask.encode(), digest_size=12).hexdigest()
