"""Messages from and to Google's JSON, without loss: what this version does not know is kept as it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import attrs
import orjson

from .errors import BadAnswer
from .shape import Member, is_enum, is_int64, shape


M = TypeVar("M")
Convert = Callable[[Any], Any]


def loads(body: bytes) -> Any:
    """Parse JSON that a provider sent."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadAnswer(f"This is no JSON: {error}") from error


def dumps(obj: Any) -> bytes:
    return orjson.dumps(obj)


def from_json(cls: type[M], obj: Mapping[str, Any]) -> M:
    """Read a message; scalars are taken as they are, a list or an object in the wrong place is a `BadAnswer`."""
    try:
        message: M = _reader(cls)(obj)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadAnswer(f"This is no {cls.__name__}: {error}") from error
    return message


def to_json(message: Any) -> dict[str, Any]:
    """Write a message by Google's names, without what is None."""
    written: dict[str, Any] = _writer(type(message))(message)
    return written


@cache
def _reader(cls: type) -> Convert:
    names = tuple(shape(cls))
    known = frozenset(names)
    special = [
        (at, _read(member), member.default)
        for at, member in enumerate(shape(cls).values())
        if _read(member) or member.default is not None
    ]

    def read(obj: Mapping[str, Any]) -> Any:
        values = [*map(obj.get, names)]
        for at, convert, default in special:
            value = values[at]
            if value is None:
                values[at] = default
            elif convert:
                values[at] = convert(value)
        if obj.keys() <= known:
            return cls(*values)
        return cls(*values, extra={name: value for name, value in obj.items() if name not in known})

    return read


@cache
def _writer(cls: type) -> Convert:
    members = [(member.name, wire_name, _write(member)) for wire_name, member in shape(cls).items()]

    def write(message: Any) -> dict[str, Any]:
        written = {}
        for name, wire_name, convert in members:
            value = getattr(message, name)
            if value is not None:
                written[wire_name] = convert(value) if convert else value
        return {**written, **message.extra}

    return write


def _read(member: Member) -> Convert | None:
    one = _read_one(member.kind)
    if not member.many:
        return one
    return lambda values: tuple(map(one, _listed(values))) if one else tuple(_listed(values))


def _read_one(kind: Any) -> Convert | None:
    if attrs.has(kind):
        return _reader(kind)
    if is_enum(kind):
        by_value = dict(kind._value2member_map_)
        return lambda value: by_value.get(value, value)
    return int if is_int64(kind) else None


def _write(member: Member) -> Convert | None:
    one = _write_one(member.kind)
    if not member.many:
        return one
    return lambda values: [one(value) for value in values] if one else list(values)


def _write_one(kind: Any) -> Convert | None:
    if attrs.has(kind):
        return _writer(kind)
    return str if is_enum(kind) or is_int64(kind) else None


def _listed(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise TypeError(f"expected a list, got {type(values).__name__}")
    return values
