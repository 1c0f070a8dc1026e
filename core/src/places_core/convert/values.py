"""Plain values, read strictly: nothing is coerced that could mean something else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from enum import Enum, EnumType
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin


if TYPE_CHECKING:
    from cattrs import Converter

SWITCH = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(("false", "0", "no", "off"), False)
_SCALARS: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    str: ("text", str),
    int: ("a whole number", int),
    float: ("a number", float),
    bool: ("true or false", lambda text: SWITCH[text.strip().lower()]),
    Path: ("a path", Path),
    NoneType: ("nothing", lambda text: text.strip() or None),
}
_LISTS: dict[Any, Any] = {each: each for each in (tuple, list, set, frozenset)}
_LISTS |= {Sequence: tuple, Set: frozenset}


class InvalidValue(ValueError):
    """A value that does not fit, or a required one that is missing; `shown` is the value, or a mask."""

    def __init__(self, allowed: str, shown: str = "") -> None:
        fault = f"got {shown}" if shown else "is not set and has no default"
        super().__init__(f"{fault}; allowed: {allowed}")
        self.allowed, self.shown = allowed, shown


class Text(str):
    """A value from the environment, still to be read: `yes`, `5`, `a,b`, or a table as JSON."""

    __slots__ = ()


def configure_values(converter: Converter) -> None:
    """Register how scalars, options, lists, tables and unions are read."""
    hooks: dict[Any, Any] = dict.fromkeys(_LISTS, _list) | dict.fromkeys((dict, Mapping), _table)
    hooks |= {Union: _union, UnionType: _union, Literal: _option}
    converter.register_structure_hook_func(lambda kind: isinstance(kind, type), scalar)
    for kind in (*_SCALARS, bytes, Enum):
        converter.register_structure_hook(kind, scalar)
    converter.register_structure_hook_func(
        lambda kind: _origin(kind) in hooks, lambda value, kind: hooks[_origin(kind)](value, kind, converter)
    )


def structure(value: Any, kind: Any, converter: Converter) -> Any:
    """Return `value` as `kind` holds it; an instance of that class stays as it is."""
    if kind == Any or (type(value) is kind and kind is not float):
        return value
    return converter.structure(value, kind)


def describe(kind: Any) -> str:
    """Return what fits, in words such as `a whole number or nothing`."""
    origin, args = _origin(kind), get_args(kind)
    if kind in _SCALARS:
        return _SCALARS[kind][0]
    if options := _options(kind):
        return f"one of {', '.join(map(str, options))}"
    if origin in _LISTS:
        return f"a list of {describe(args[0])}" if args else "a list"
    if origin in (Union, UnionType):
        return " or ".join(map(describe, args))
    return "a table" if origin in (dict, Mapping) else getattr(kind, "__name__", str(kind))


def scalar(value: Any, kind: Any) -> Any:
    """Read an instance of a class or a member of an enumeration: cattrs takes a `StrEnum` for a string."""
    if isinstance(kind, EnumType):
        return _option(value, kind)
    if isinstance(value, Text) or (kind, type(value)) in ((float, int), (Path, str)):
        with suppress(ValueError, LookupError, OverflowError):
            value = _SCALARS[kind][1](value)
    # True is no number, and no setting can be infinite.
    odd = (kind is int and isinstance(value, bool)) or (isinstance(value, float) and not math.isfinite(value))
    if odd or not isinstance(value, kind):
        raise InvalidValue(describe(kind))
    return value


def _option(value: Any, kind: Any, _: object = None) -> Any:
    """Find the option; where only the case differs, `info` means `INFO`."""
    given = str(value) if isinstance(value, Text) else value
    same = [each for each in _options(kind) if type(each) is type(given) and each == given]
    alike = [each for each in _options(kind) if isinstance(given, str) and str(each).lower() == given.lower()]
    if len(found := same or alike) != 1:
        raise InvalidValue(describe(kind))
    return kind(found[0]) if isinstance(kind, EnumType) else found[0]


def _list(value: Any, kind: Any, converter: Converter) -> Any:
    if isinstance(value, Text):
        value = [Text(part.strip()) for part in value.split(",") if part.strip()]
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise InvalidValue(describe(kind))
    [item, *_] = get_args(kind) or (Any,)
    return _LISTS[_origin(kind)](structure(each, item, converter) for each in value)


def _table(value: Any, kind: Any, converter: Converter) -> Any:
    if isinstance(value, Text):
        with suppress(ValueError):
            value = json.loads(value)
    if not isinstance(value, Mapping):
        raise InvalidValue(describe(kind))
    name, item = get_args(kind) or (Any, Any)
    return {structure(key, name, converter): structure(each, item, converter) for key, each in value.items()}


def _union(value: Any, kind: Any, converter: Converter) -> Any:
    *others, last = sorted(get_args(kind), key=lambda option: _rank(option, kind, value))
    for option in others:
        with suppress(ValueError, TypeError):
            return structure(value, option, converter)
    return structure(value, last, converter)


def _rank(option: Any, kind: Any, value: object) -> int:
    """Try `str` last, as it takes any text, and a list only where there is a comma or no `str`."""
    if option is NoneType or not isinstance(value, Text):
        return -(option is NoneType)
    if _origin(option) in _LISTS:
        return 0 if "," in value or str not in get_args(kind) else 3
    return 2 if option is str else 1


def _options(kind: Any) -> tuple[Any, ...]:
    """Return the values of a `Literal` or an enumeration."""
    if isinstance(kind, EnumType):
        return tuple(member.value for member in kind)  # type: ignore[var-annotated]
    return get_args(kind) if get_origin(kind) is Literal else ()


def _origin(kind: Any) -> Any:
    return get_origin(kind) or kind
