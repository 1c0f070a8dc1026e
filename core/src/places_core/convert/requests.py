"""Queries from Google's request bodies, read strictly, as protobuf does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Never, get_args

import attrs

from ..errors import MOST_FAULTS, Fault, InvalidRequest
from ..text import nearest
from .schema import Member, body_shape, is_enum, is_open_enum
from .values import InvalidValue, Text, configure_values, scalar


if TYPE_CHECKING:
    from cattrs import Converter

Hook = Callable[[Any, Any], Any]
Faults = dict[str, list[Fault]]  # by what they are in: a member or an item

_NUMBERS = {int: re.compile(r"-?\d{1,19}"), float: re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")}
_UNREAD = object()
"""Stands for a value that could not be read. No check accepts it, so no rule that needs it is checked."""


def configure_requests(converter: Converter) -> None:
    """Register how queries, and the messages in them, are read.

    Each hook raises `InvalidRequest` with all faults, their paths as seen from the value that it reads, or
    `InvalidValue`.
    """
    configure_values(converter)
    converter.register_structure_hook(int, _number)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook_factory(is_open_enum, _enumeration)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: _object(body_shape(cls).values(), cls, converter)
    )


def _object(members: Iterable[Member], make: Callable[..., Any], converter: Converter) -> Callable[..., Any]:
    """Return the hook that passes the members of an object, and keyword arguments of its own, to `make`."""
    found = [(member, _member(member, converter)) for member in members]
    hooks = {name: each for each in found for name in (each[0].name, each[0].wire_name)}
    names = sorted(member.wire_name for member, _ in found)
    required = {member.name: member.wire_name for member, _ in found if member.default is attrs.NOTHING}

    def read(obj: Any, _: Any = None, **values: Any) -> Any:
        if not isinstance(obj, dict):
            raise InvalidValue("an object")
        faults: Faults = {}
        for key, value in obj.items():
            if key not in hooks:
                if len(faults) < MOST_FAULTS:
                    faults[key] = [Fault(key, value, f"the fields {', '.join(names)}", nearest(key, names))]
                continue
            member, hook = hooks[key]
            if member.name in values:
                once = Fault(member.wire_name, value, "each field once")
                faults.setdefault(member.wire_name, []).append(once)
            elif value is not None:
                values[member.name] = _attempt(hook, value, member.kind, member.wire_name, faults)
            elif member.default is not attrs.NOTHING:
                values[member.name] = member.default
        if faults or not required.keys() <= values.keys():
            _refuse(make, values, required, faults)
        return make(**values)

    return read


def _attempt(hook: Hook, value: Any, kind: Any, name: str, faults: Faults) -> Any:
    """Read a value; if that fails, add what is wrong, by the path seen from what holds the value."""
    try:
        return hook(value, kind)
    except InvalidValue as error:
        faults[name] = [Fault(name, value, error.allowed)]
    except InvalidRequest as error:
        faults[name] = [_within(name, each) for each in error.faults]
    return _UNREAD


def _within(name: str, fault: Fault) -> Fault:
    """The nearest name is one of a field, in the same object, unless there is a hint."""
    separator = "" if fault.field[:1] in ("", "[") else "."
    near = f"{name}.{fault.nearest}" if fault.nearest and not fault.hint else fault.nearest
    return attrs.evolve(fault, field=f"{name}{separator}{fault.field}", nearest=near)


def _refuse(make: Any, values: dict[str, Any], required: Mapping[str, str], faults: Faults) -> Never:
    """Raise all faults, with what is missing, and what is invalid among the values that could be read."""
    for name in [each for each in required if each not in values]:
        values[name] = _UNREAD
        faults[required[name]] = [Fault(required[name], None, "a value; it is required")]
    found = [*chain.from_iterable(faults.values())]
    try:
        make(**values)
    except InvalidRequest as error:
        found += [each for each in error.faults if each.field.partition(".")[0] not in {"", *faults}]
    raise InvalidRequest.of(found)


def _member(member: Member, converter: Converter) -> Any:
    if "read" in member.marks:
        return member.marks["read"]
    if kinds := member.marks.get("oneof"):
        members = [Member(name, name, (kind,), many=False, default=None) for name, kind in kinds.items()]
        return _object(members, partial(_only, tuple(kinds)), converter)
    hook = converter.get_structure_hook(member.kind | str if is_enum(member.kind) else member.kind)
    return partial(_list, hook) if member.many else hook


def _only(names: Iterable[str], /, **values: Any) -> Any:
    found = [value for value in values.values() if value is not None]
    if len(found) != 1:
        raise InvalidRequest("", sorted(values), f"exactly one of {', '.join(names)}")
    return found[0]


def _list(hook: Hook, values: Any, kind: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise InvalidValue("a list")
    faults: Faults = {}
    pairs = ((f"[{at}]", each) for at, each in enumerate(values) if len(faults) < MOST_FAULTS)
    items = tuple([_attempt(hook, each, kind, name, faults) for name, each in pairs])
    if faults:
        raise InvalidRequest.of(chain.from_iterable(faults.values()))
    return items


def _enumeration(kind: Any) -> Hook:
    """Read a member by its name or, as some of Google's clients send it, by its number."""
    members = list(get_args(kind)[0])
    known: dict[Any, Any] = {**dict(enumerate(members)), **{str(each): each for each in members}}

    def read(value: Any, _: Any) -> Any:
        if type(value) in (str, int) and value in known:
            return known[value]
        near = nearest(value, members)
        hint = f"Did you mean {near}?" if near else ""
        raise InvalidRequest("", value, f"one of {', '.join(members)}", nearest=near, hint=hint)

    return read


def _number(value: Any, kind: Any) -> Any:
    """A number may be written as a string, and a whole one as 7.0."""
    if isinstance(value, str) and _NUMBERS[kind].fullmatch(value):
        value = Text(value)
    elif kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    return scalar(value, kind)
