"""Queries from and to Google's request bodies; what comes in is read strictly, as protobuf does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, get_args

import attrs

from ..errors import MOST_FAULTS, Fault, InvalidRequest
from ..text import nearest
from .schema import Member, body_shape, is_enum, is_message, is_open_enum


if TYPE_CHECKING:
    from cattrs import Converter

Hook = Callable[[Any, Any], Any]

_NEVER, _INTEGER = re.compile("(?!)"), re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_UNREAD = object()
"""Stands for a value that could not be read. No check accepts it, so no rule that needs it is checked."""


def configure_requests(converter: Converter) -> None:
    """Register how queries are read and written, and how the messages in them are read.

    Each hook raises `InvalidRequest` with all faults, their paths as seen from the value that it reads.
    """
    converter.register_structure_hook(str, _scalar(str, "a string"))
    converter.register_structure_hook(bool, _scalar(bool, "true or false"))
    converter.register_structure_hook(int, _scalar(int, "a whole number", _INTEGER))
    converter.register_structure_hook(float, _scalar(float, "a number", _NUMBER))
    converter.register_structure_hook_factory(is_open_enum, _enumeration)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: _object(body_shape(cls).values(), cls, converter)
    )
    converter.register_unstructure_hook_factory(
        lambda cls: attrs.has(cls) and not is_message(cls), lambda cls: _writer(cls, converter)
    )


def _object(members: Iterable[Member], make: Callable[..., Any], converter: Converter) -> Callable[..., Any]:
    """Return the hook that passes the members of an object, and keyword arguments of its own, to `make`."""
    found = [(member, _member(member, converter)) for member in members]
    hooks = {name: each for each in found for name in (each[0].name, each[0].wire_name)}
    names = sorted(member.wire_name for member, _ in found)
    required = {member.name: member.wire_name for member, _ in found if member.default is attrs.NOTHING}

    def read(obj: Any, _: Any = None, **values: Any) -> Any:
        if not isinstance(obj, dict):
            raise InvalidRequest("", obj, "an object")
        faults: list[Fault] = []
        for key, value in obj.items():
            if key not in hooks:
                if len(faults) < MOST_FAULTS:
                    faults.append(Fault(key, value, f"the fields {', '.join(names)}", nearest(key, names)))
                continue
            member, hook = hooks[key]
            if member.name in values:
                faults.append(Fault(member.wire_name, value, "each field once"))
            elif value is not None:
                values[member.name] = _attempt(hook, value, member.wire_name, faults)
            elif member.default is not attrs.NOTHING:
                values[member.name] = member.default
        if faults or not required.keys() <= values.keys():
            raise InvalidRequest.of(_all_faults(make, values, required, faults))
        return make(**values)

    return read


def _attempt(hook: Hook, value: Any, name: str, faults: list[Fault]) -> Any:
    """Read a value; if that fails, add to `faults`."""
    try:
        return hook(value, None)
    except InvalidRequest as error:
        for each in error.faults:
            field = f"{name}{'.' if each.field and each.field[0] != '[' else ''}{each.field}"
            # The nearest name is one of a field, in the same object, unless there is a hint.
            near = f"{name}.{each.nearest}" if each.nearest and not each.hint else each.nearest
            faults.append(attrs.evolve(each, field=field, nearest=near))
    return _UNREAD


def _all_faults(
    make: Any, values: dict[str, Any], required: Mapping[str, str], faults: list[Fault]
) -> list[Fault]:
    """Add what is missing, and what is invalid among the values that could be read."""
    missing = [name for name in required if name not in values]
    faults += [Fault(required[name], None, "a value; it is required") for name in missing]
    wrong = {"", *map(_outermost, faults)}
    try:
        make(**values, **dict.fromkeys(missing, _UNREAD))
    except InvalidRequest as error:
        faults += [fault for fault in error.faults if _outermost(fault) not in wrong]
    return faults


def _outermost(fault: Fault) -> str:
    return re.split(r"[.\[]", fault.field, maxsplit=1)[0]


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


def _list(hook: Hook, values: Any, _: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise InvalidRequest("", values, "a list")
    faults: list[Fault] = []
    pairs = ((f"[{at}]", value) for at, value in enumerate(values) if len(faults) < MOST_FAULTS)
    items = tuple([_attempt(hook, value, name, faults) for name, value in pairs])
    if faults:
        raise InvalidRequest.of(faults)
    return items


def _enumeration(kind: Any) -> Hook:
    """Read a member by its name or, as some of Google's clients send it, by its number."""
    members = list(get_args(kind)[0])
    known: dict[Any, Any] = dict(zip([*map(str, members), *range(len(members))], members * 2, strict=True))

    def read(value: Any, _: Any) -> Any:
        if type(value) in (str, int) and value in known:
            return known[value]
        near = nearest(value, members)
        hint = f"Did you mean {near}?" if near else ""
        raise InvalidRequest("", value, f"one of {', '.join(members)}", nearest=near, hint=hint)

    return read


def _scalar(kind: Any, allowed: str, written: re.Pattern[str] = _NEVER) -> Hook:
    """Read a value; a finite number may be written as a string, and a whole one as 7.0."""

    def read(value: Any, _: Any) -> Any:
        if type(value) is kind and value == value and value not in (inf, -inf):  # NaN is not itself
            return value
        text = str(value).removesuffix(".0") if type(value) in (str, int, float) else ""
        if written.fullmatch(text) and (number := kind(text)) not in (inf, -inf):
            return number
        raise InvalidRequest("", value, allowed)

    return read


def _writer(cls: type, converter: Converter) -> Callable[[Any], dict[str, Any]]:
    """Write by Google's names, without what is left at its default."""
    members = [(each, _plain(each, converter)) for each in body_shape(cls).values()]

    def write(query: Any) -> dict[str, Any]:
        written = {}
        for member, plain in members:
            value = getattr(query, member.name)
            if value is not None and value != member.default:
                written[member.wire_name] = plain(value) if plain else value
        return written

    return write


def _plain(member: Member, converter: Converter) -> Callable[[Any], Any] | None:
    if kinds := member.marks.get("oneof"):
        names = {kind: name for name, kind in kinds.items()}
        return lambda value: {names[type(value)]: converter.unstructure(value)}
    if member.many:  # of names
        return lambda values: [str(value) for value in values]
    return str if member.kind is str or is_enum(member.kind) else converter.get_unstructure_hook(member.kind)
