"""How a message is read from JSON: one function for each class, generated when it is first needed.

Generated, for a loop over eighty fields is slow; and into a draft, for setting the attributes of a frozen
object is slow too. A draft has the slots of the message and is not frozen; once full, it becomes the message.

The messages in a message that can keep what it was read from, in `_unread`, are read when somebody looks at
them: at most of what a place holds, nobody ever does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import attrs

from ..errors import BadAnswer
from .schema import Int64, Member, is_enum, once, shape


Read = Callable[[Any], Any]


@once
def reader(cls: type) -> Read:
    """Give the function that reads a `cls`; fields it does not know go to `extra`."""
    scope: dict[str, Any] = {
        "new": object.__new__,
        "draft": _draft(cls),
        "cls": cls,
        "known": frozenset(shape(cls)),
        "unfit": _unfit,
    }
    exec("\n".join(_source(cls, scope)), scope)  # noqa: S102
    read: Read = scope["read"]
    return read


@once
def parts(cls: type) -> Mapping[str, Member]:
    """Give the attributes whose messages are read when they are looked at."""
    later = hasattr(cls, "_unread")
    return {each.name: each for each in shape(cls).values() if later and attrs.has(each.kind)}


def read_part(member: Member, value: Any) -> Any:
    """Read the message or the messages that an attribute holds."""
    read = reader(member.kind)
    try:
        return tuple(map(read, value)) if member.many else read(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadAnswer(f"This is no {member.wire_name}: {error}") from error


def _draft(cls: Any) -> type:
    thawed = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"{cls.__name__}Draft", cls.__bases__, {"__slots__": cls.__slots__, **thawed})


def _source(cls: Any, scope: dict[str, Any]) -> Iterator[str]:
    yield "def read(obj):"
    yield "    message, get = new(draft), obj.get"
    later = parts(cls)
    for member in shape(cls).values():
        yield from _leaving(member) if member.name in later else _reading(member, scope)
    for private in (each for each in attrs.fields(cls) if each.name.startswith("_")):
        yield f"    message.{private.name} = {private.default!r}"
    yield "    message.extra = {} if known.issuperset(obj) else {k: obj[k] for k in obj if k not in known}"
    if later:
        yield "    message._unread = obj"
    yield "    message.__class__ = cls"
    yield "    return message"


def _leaving(member: Member) -> Iterator[str]:
    """Leave a message unread; an attribute that is not set is what `__getattr__` is asked for."""
    yield f"    value = get({member.wire_name!r})"
    yield f"    if type(value) is not {'list' if member.many else 'dict'}:"
    yield f"        message.{member.name} = {member.default!r} if value is None else unfit(value)"


def _reading(member: Member, scope: dict[str, Any]) -> Iterator[str]:
    convert = scope[f"read_{member.name}"] = _converter(member.kind)
    found = f"read_{member.name}(value)" if convert else "value"
    if member.many:
        items = f"map(read_{member.name}, value)" if convert else "value"
        found = f"tuple({items}) if type(value) is list else unfit(value)"
    if found == "value" and member.default is None:
        yield f"    message.{member.name} = get({member.wire_name!r})"
    else:
        yield f"    value = get({member.wire_name!r})"
        yield f"    message.{member.name} = {member.default!r} if value is None else {found}"


def _converter(kind: Any) -> Read | None:
    if attrs.has(kind):
        return reader(kind)
    if is_enum(kind):
        members = {str(member): member for member in kind}
        return lambda value: members.get(value, value)
    return int if kind == Int64 else None


def _unfit(value: object) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} is in a place where it cannot be")
