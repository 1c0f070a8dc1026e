"""The canonical cache key of a query: one key for every spelling of the same question."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import attrs


BIAS_DECIMALS = 3  # about 110 m: a bias is only a preference
LIMIT_DECIMALS = 5  # about 1 m: a restriction must hold
_MASK_LENGTH = 64


def canonical_key(query: Any) -> str:
    """Spell the query as `operation:text?field=value&…`, in a fixed order and without what is unset."""
    parts = "&".join(f"{name}={value}" for name, value in sorted(_parts(query)))
    subject = getattr(query, "text_query", None) or getattr(query, "input", None)
    exact = getattr(query, "place_id", "")
    return f"{query.operation}:{folded(subject) if subject else exact}?{parts}"


def folded(text: str) -> str:
    """Make texts equal that differ in case, width, composition or blanks only."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _parts(query: Any) -> Iterator[tuple[str, str]]:
    for attribute in attrs.fields(type(query)):
        name, value = attribute.name, getattr(query, attribute.name)
        if name in ("text_query", "input", "place_id") or value in (None, False, ()):
            continue
        yield name, _spelled(name, value)


def _spelled(name: str, value: Any) -> str:
    if name == "fields":
        return _short(str(value))
    if isinstance(value, tuple):
        return ",".join(sorted(set(value)))
    if name in ("language_code", "region_code"):
        return str(value).lower()
    if attrs.has(type(value)):
        decimals = LIMIT_DECIMALS if name == "location_restriction" else BIAS_DECIMALS
        return _numbers(value, decimals)
    return str(value)


def _numbers(value: Any, decimals: int) -> str:
    """Spell a circle, a rectangle or other parameters, with their coordinates rounded."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return repr(round(float(value), decimals) + 0.0)
    if attrs.has(type(value)):
        known = ((a.name, getattr(value, a.name)) for a in attrs.fields(type(value)))
        return (
            f"({','.join(f'{name[:3]}:{_numbers(v, decimals)}' for name, v in known if v not in (None, {}))})"
        )
    return str(value)


def _short(mask: str) -> str:
    """Keep masks readable while they are short, and keys bounded when they are not."""
    return mask if len(mask) <= _MASK_LENGTH else blake2b(mask.encode(), digest_size=12).hexdigest()
