"""Queries from and to Google's request bodies; what comes in is read strictly, as protobuf does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import attrs

from ..errors import InvalidRequest
from ..models import Circle, Message, Viewport
from ..models.field_mask import FieldMask
from . import to_json
from .schema import Int64, Member, camel, is_enum, once, shape


Q = TypeVar("Q")

_AREAS: dict[Any, str] = {Circle: "circle", Viewport: "rectangle"}
_WHOLE = re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def parse_request(cls: type[Q], obj: Any, **known: Any) -> Q:
    """Read a query or a message; `known` are the attributes that come from elsewhere, such as `fields`.

    Raises: `InvalidRequest` with the path of the first field that is unknown, missing or of the wrong type.
    """
    query: Q = _object(cls, obj, "", known)
    return query


def request_json(query: Any) -> dict[str, Any]:
    """Write the body of Google's request for a query, without its mask and what is left at its default."""
    body = {}
    for name, member in _members(type(query)).items():
        value = getattr(query, member.name)
        if value is not None and value != member.default:
            body[name] = _written(value)
    return body


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if type(value) in _AREAS:
        return {_AREAS[type(value)]: to_json(value)}
    if isinstance(value, Message):
        return to_json(value)
    return str(value) if isinstance(value, str) else value


@once
def _members(cls: type) -> dict[str, Member]:
    return {name: member for name, member in shape(cls).items() if member.kind is not FieldMask}


@once
def _required(cls: type) -> tuple[Member, ...]:
    return tuple(member for member in _members(cls).values() if member.default is attrs.NOTHING)


def _object(cls: Any, obj: Any, path: str, known: Mapping[str, Any]) -> Any:
    if not isinstance(obj, Mapping):
        raise InvalidRequest(path or "body", obj, "an object")
    members = _members(cls)
    given = {**known}
    for name, value in _named(obj, members, path):
        member = members[name]
        given[member.name] = _value(member, value, _at(path, name), wrapped=not issubclass(cls, Message))
    for member in _required(cls):
        if member.name not in given:
            raise InvalidRequest(_at(path, member.wire_name), None, "a value; it is required")
    return cls(**given)


def _named(obj: Mapping[str, Any], members: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Give what is set by its JSON names; they may come as protobuf writes them, too: page_size."""
    seen = set()
    for key, value in obj.items():
        name = key if key in members else camel(key)
        if name not in members:
            near = get_close_matches(name, members, n=1, cutoff=0.5)
            hint = f"Did you mean {_at(path, near[0])}?" if near else ""
            raise InvalidRequest(_at(path, key), value, f"the fields {', '.join(sorted(members))}", hint=hint)
        if name in seen:
            raise InvalidRequest(_at(path, name), value, "each field once")
        seen.add(name)
        if value is not None:
            yield name, value


def _value(member: Member, value: Any, path: str, *, wrapped: bool) -> Any:
    if not member.many:
        return _one(member, value, path, wrapped=wrapped)
    if not isinstance(value, list):
        raise InvalidRequest(path, value, "a list")
    return tuple(_one(member, each, f"{path}[{at}]", wrapped=wrapped) for at, each in enumerate(value))


def _one(member: Member, value: Any, path: str, *, wrapped: bool) -> Any:
    kind = member.kind
    if kind not in _SCALARS:
        if wrapped and kind in _AREAS:
            return _area(member.kinds, value, path)
        return _enum(kind, value, path) if is_enum(kind) else _object(kind, value, path, {})
    read, allowed = _SCALARS[kind]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidRequest(path, value, allowed) from None


def _area(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    """Read `{"circle": …}` or `{"rectangle": …}`: an area is wrapped in the name of its kind."""
    kind_of = {_AREAS[kind]: kind for kind in kinds}
    if not isinstance(value, Mapping):
        raise InvalidRequest(path, value, f"an object with {' or '.join(kind_of)}")
    areas = dict(_named(value, kind_of, path))
    if len(areas) != 1:
        raise InvalidRequest(path, sorted(areas), f"exactly one of {', '.join(kind_of)}")
    [(name, area)] = areas.items()
    return _object(kind_of[name], area, _at(path, name), {})


def _enum(kind: Any, value: Any, path: str) -> Any:
    """Read a member by its name or, as some of Google's clients send it, by its number."""
    members = list(kind)
    if type(value) is int and 0 <= value < len(members):
        return members[value]
    if value not in members:
        raise InvalidRequest(path, value, f"one of {', '.join(members)}")
    return kind(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


_SCALARS: dict[Any, tuple[Callable[[Any], Any], str]] = {
    str: (_text, "a string"),
    bool: (_flag, "true or false"),
    int: (_whole, "a whole number"),
    Int64: (_whole, "a whole number"),
    float: (_number, "a number"),
}


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
