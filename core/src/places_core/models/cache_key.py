"""The canonical cache key of a query: one key for every spelling of the same question."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import attrs

from ..convert.schema import once
from .message import Message


BIAS_DECIMALS = 3  # about 110 m: a bias is only a preference
EXACT_DECIMALS = 5  # about 1 m: a restriction must hold, and a distance must be right
_MASK_LENGTH = 64
_ABOUT = {"search_text": "text_query", "autocomplete": "input", "details": "place_id", "photo": "place_id"}


def canonical_key(query: Any) -> str:
    """Spell the query as `operation:text?field=value&…`, in a fixed order and without what is unset."""
    parts = "&".join([f"{name}={value}" for name, value in _parts(query)])
    about = _ABOUT.get(query.operation)  # to ask a query for what it has not costs microseconds
    subject = getattr(query, about) if about else ""
    return f"{query.operation}:{subject if about == 'place_id' else folded(subject)}?{parts}"


def folded(text: str) -> str:
    """Make texts equal that differ in case, width, composition or blanks only."""
    if text.isascii():  # nothing to compose, and one case to fold
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _parts(query: Any) -> Iterator[tuple[str, str]]:
    for name in _names(type(query)):
        value = getattr(query, name)
        if value is not None and value is not False and value != ():
            yield name, _spelled(name, value)


@once
def _names(cls: type) -> tuple[str, ...]:
    """List in order what tells queries of one class apart, beside what they are about."""
    names = (attribute.name for attribute in attrs.fields(cls))
    return tuple(sorted(name for name in names if name not in _ABOUT.values()))


def _spelled(name: str, value: Any) -> str:
    if name == "fields":
        return _short(str(value))
    if isinstance(value, tuple):
        return ",".join(sorted(set(value)))
    if name in ("language_code", "region_code"):
        return str(value).lower()
    if isinstance(value, Message):
        return _numbers(value, BIAS_DECIMALS if name == "location_bias" else EXACT_DECIMALS)
    return str(value)


def _numbers(value: Any, decimals: int) -> str:
    """Spell a circle, a rectangle or other parameters, with their coordinates rounded."""
    if isinstance(value, Message):
        members = ((name, getattr(value, name)) for name in _all_names(type(value)))
        known = [
            f"{name[:3]}:{_numbers(member, decimals)}" for name, member in members if member not in (None, {})
        ]
        return f"({','.join(known)})"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return repr(round(float(value), decimals) + 0.0)
    return str(value)


@once
def _all_names(cls: type) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in attrs.fields(cls))


def _short(mask: str) -> str:
    """Keep masks readable while they are short, and keys bounded when they are not."""
    return mask if len(mask) <= _MASK_LENGTH else blake2b(mask.encode(), digest_size=12).hexdigest()
