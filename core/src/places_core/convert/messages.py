"""Messages from and to Google's JSON, without loss: what this version does not know is kept as it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from ..errors import BadAnswer
from .reading import reader
from .schema import Int64, Member, is_enum, once, shape


M = TypeVar("M")
Write = Callable[[Any], Any]


def from_json(cls: type[M], obj: Mapping[str, Any]) -> M:
    """Read a message, its scalars as they are; a list or an object in the wrong place is a `BadAnswer`.

    What a place holds is read, and found wanting, when it is looked at: leave `obj` as it is.
    """
    try:
        message: M = reader(cls)(obj)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadAnswer(f"This is no {cls.__name__}: {error}") from error
    return message


def to_json(message: object) -> dict[str, Any]:
    """Write a message by Google's names, without what is None."""
    written: dict[str, Any] = _writer(type(message))(message)
    return written


@once
def _writer(cls: type) -> Write:
    members = [(member.name, wire_name, _convert(member)) for wire_name, member in shape(cls).items()]

    def write(message: Any) -> dict[str, Any]:
        written = {}
        for name, wire_name, convert in members:
            value = getattr(message, name)
            if value is not None:
                written[wire_name] = convert(value) if convert else value
        return {**written, **message.extra}

    return write


def _convert(member: Member) -> Write | None:
    one = _one(member.kind)
    if not member.many:
        return one
    return (lambda values: [one(value) for value in values]) if one else list


def _one(kind: Any) -> Write | None:
    if attrs.has(kind):
        return _writer(kind)
    return str if is_enum(kind) or kind == Int64 else None
