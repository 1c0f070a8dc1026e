"""Which plain values fit which annotation, strictly: nothing is coerced that could mean something else."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import EnumType
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin


class UnfitError(Exception):
    """A value does not fit; `allowed` says what would."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(allowed)


_LISTS: dict[Any, Any] = {
    tuple: tuple,
    list: list,
    set: set,
    frozenset: frozenset,
    Sequence: tuple,
    Set: frozenset,
}
_SPOKEN: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path",
    NoneType: "nothing",
}
_SWITCH = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(("false", "0", "no", "off"), False)


def describe(kind: Any) -> str:
    """Say in words what fits: `a whole number, or nothing`."""
    if kind in _SPOKEN:
        return _SPOKEN[kind]
    if options := _options(kind):
        return f"one of {', '.join(str(option) for option in options)}"
    if get_origin(kind) in _LISTS:
        return f"a list of {describe(_item(kind))}"
    if _is_union(kind):
        return " or ".join(describe(option) for option in get_args(kind))
    return "a table" if _is_table(kind) else getattr(kind, "__name__", str(kind))


def fit(value: Any, kind: Any) -> Any:
    """Give `value` as `kind` holds it, or raise `UnfitError`."""
    if _is_union(kind):
        return _fit_any(value, kind)
    if _options(kind):
        return _fit_option(value, kind)
    if get_origin(kind) in _LISTS:
        return _fit_list(value, kind)
    if _is_table(kind):
        return _fit_table(value, kind)
    return _fit_scalar(value, kind)


def parse(text: str, kind: Any) -> Any:
    """Turn text into the plain value that `kind` calls for; text that cannot be one stays as it is."""
    if _is_union(kind):
        return _parse_any(text, kind)
    if get_origin(kind) in _LISTS:
        return [parse(part.strip(), _item(kind)) for part in text.split(",") if part.strip()]
    if kind is bool:
        return _SWITCH.get(text.strip().lower(), text)
    if kind in (int, float) or _is_table(kind):
        with contextlib.suppress(ValueError):
            return json.loads(text) if _is_table(kind) else kind(text)
    return text


def _fit_scalar(value: Any, kind: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is Any or (isinstance(kind, type) and isinstance(value, kind) and not _is_odd(value, kind)):
        return value
    raise UnfitError(describe(kind))


def _is_odd(value: Any, kind: type) -> bool:
    """True is no number, and no setting can be infinite."""
    return (kind is int and isinstance(value, bool)) or (
        isinstance(value, float) and not math.isfinite(value)
    )


def _fit_any(value: Any, kind: Any) -> Any:
    for option in get_args(kind):
        with contextlib.suppress(UnfitError):
            return fit(value, option)
    raise UnfitError(describe(kind))


def _fit_option(value: Any, kind: Any) -> Any:
    """Find the option; where only the case differs, `info` means `INFO`."""
    for option in _options(kind):
        if type(option) is type(value) and option == value:
            return _as_member(option, kind)
    alike = [each for each in _options(kind) if isinstance(value, str) and str(each).lower() == value.lower()]
    if len(alike) == 1:
        return _as_member(alike[0], kind)
    if isinstance(kind, EnumType) and isinstance(value, kind):
        return value
    raise UnfitError(describe(kind))


def _as_member(option: Any, kind: Any) -> Any:
    return kind(option) if isinstance(kind, EnumType) else option


def _fit_list(value: Any, kind: Any) -> Any:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise UnfitError(describe(kind))
    try:
        return _LISTS[get_origin(kind)](fit(each, _item(kind)) for each in value)
    except UnfitError:
        raise UnfitError(describe(kind)) from None


def _fit_table(value: Any, kind: Any) -> Any:
    if not isinstance(value, Mapping):
        raise UnfitError(describe(kind))
    key, item = get_args(kind) or (Any, Any)
    return {fit(name, key): fit(each, item) for name, each in value.items()}


def _parse_any(text: str, kind: Any) -> Any:
    """Try a list where there is a comma, and otherwise the options in their order, text last."""
    options = get_args(kind)
    if NoneType in options and not text.strip():
        return None
    many = [option for option in options if get_origin(option) in _LISTS]
    if many and ("," in text or str not in options):
        return parse(text, many[0])
    for option in sorted(
        (option for option in options if option is not NoneType), key=lambda each: each is str
    ):
        with contextlib.suppress(UnfitError):
            return fit(parse(text, option), option)
    return text


def _options(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    members: Iterable[Any] = kind if isinstance(kind, EnumType) else ()
    return tuple(member.value for member in members)


def _item(kind: Any) -> Any:
    return next(iter(get_args(kind)), Any)


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _is_table(kind: Any) -> bool:
    return kind is dict or get_origin(kind) in (dict, Mapping)
