"""How a message is read from JSON: one function for each class, generated when it is first needed.

Generated, for a loop over eighty fields is slow; and into a draft, for setting the attributes of a frozen
object is slow too. A draft has the slots of the message and is not frozen; once full, it becomes the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from .shape import Int64, Member, is_enum, once, shape


Read = Callable[[Any], Any]


@once
def reader(cls: type) -> Read:
    """Give the function that reads a `cls`; fields it does not know go to `extra`."""
    scope: dict[str, Any] = {
        "new": object.__new__,
        "draft": _draft(cls),
        "cls": cls,
        "known": frozenset(shape(cls)),
    }
    exec("\n".join(_source(cls, scope)), scope)  # noqa: S102
    read: Read = scope["read"]
    return read


def _draft(cls: Any) -> type:
    thawed = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"{cls.__name__}Draft", cls.__bases__, {"__slots__": cls.__slots__, **thawed})


def _source(cls: Any, scope: dict[str, Any]) -> Iterator[str]:
    yield "def read(obj):"
    yield "    message, get = new(draft), obj.get"
    for member in shape(cls).values():
        yield from _reading(member, scope)
    for private in (each for each in attrs.fields(cls) if each.name.startswith("_")):
        yield f"    message.{private.name} = {private.default!r}"
    yield "    message.extra = {} if obj.keys() <= known else {k: obj[k] for k in obj if k not in known}"
    yield "    message.__class__ = cls"
    yield "    return message"


def _reading(member: Member, scope: dict[str, Any]) -> Iterator[str]:
    name, convert = member.name, _converter(member)
    if convert:
        scope[f"read_{name}"] = convert
        yield f"    value = get({member.wire_name!r})"
        yield f"    message.{name} = None if value is None else read_{name}(value)"
    else:
        yield f"    message.{name} = get({member.wire_name!r}, {member.default!r})"


def _converter(member: Member) -> Read | None:
    one = _one(member.kind)
    if not member.many:
        return one
    return (
        (lambda values: tuple(map(one, _listed(values)))) if one else (lambda values: tuple(_listed(values)))
    )


def _one(kind: Any) -> Read | None:
    if attrs.has(kind):
        return reader(kind)
    if is_enum(kind):
        members = {str(member): member for member in kind}
        return lambda value: members.get(value, value)
    return int if kind == Int64 else None


def _listed(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise TypeError(f"expected a list, got {type(values).__name__}")
    return values
