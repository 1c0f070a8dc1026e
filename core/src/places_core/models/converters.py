"""How Google reads values that may be written in several ways, or need not be written."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..text.encoding import well_formed


PAGE = 20
"""How many places one answer has at most."""


def as_tuple(value: str | Iterable[str]) -> tuple[str, ...]:
    try:
        return (value,) if isinstance(value, str) else tuple(value)
    except TypeError:
        return value  # type: ignore[return-value]  # its check finds the fault


def page_size(value: int | None) -> int:
    """Google's rule: nothing and 0 mean 20, and so does more than 20."""
    size = value or PAGE
    return min(size, PAGE) if type(size) is int else size


def result_count(value: int | None) -> int:
    """Google's rule: nothing and 0 mean 20."""
    return value or PAGE


def stated(value: str | None) -> str | None:
    """Google's rule: an unspecified option means the same as none."""
    return None if isinstance(value, str) and value.endswith("_UNSPECIFIED") else value


def stated_prices(values: str | Iterable[str]) -> tuple[str, ...]:
    found = as_tuple(values)
    return tuple(each for each in found if stated(each)) if isinstance(found, tuple) else found


def encodable(text: str) -> str:
    return well_formed(text) if isinstance(text, str) else text  # its check finds the fault


def bare_id(value: str) -> str:
    return str(value).removeprefix("places/")


def photo_name(value: str) -> str:
    return str(value).removesuffix("/media")


def half_step(value: float | None) -> float | None:
    """Google's rule: a rating is rounded up to the next half."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return value
    return math.ceil(value * 2) / 2
