"""What a class looks like on the wire: its members by their JSON names, read off the annotations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs


@attrs.frozen
class Member:
    """One attribute and what it holds: one `kind`, several for a choice, or a list of them."""

    name: str
    wire_name: str
    kinds: tuple[Any, ...]
    many: bool
    default: Any

    @property
    def kind(self) -> Any:
        """The kind that says most: the enumeration, not the string that stands in for a new value."""
        return self.kinds[0]


@cache
def shape(cls: type) -> Mapping[str, Member]:
    """Describe the public attributes of an attrs class, by their JSON names."""
    attrs.resolve_types(cls)
    members = (_member(each) for each in attrs.fields(cls) if each.init and each.name != "extra")
    return MappingProxyType({member.wire_name: member for member in members})


def wire_name(name: str) -> str:
    """Turn `max_result_count` into `maxResultCount`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def is_int64(kind: Any) -> bool:
    return get_origin(kind) is Annotated and "int64" in get_args(kind)


def _member(attribute: attrs.Attribute[Any]) -> Member:
    kinds = _kinds(attribute.type)
    many = get_origin(kinds[0]) is tuple
    if many:
        kinds = _kinds(get_args(kinds[0])[0])
    return Member(attribute.name, wire_name(attribute.name), kinds, many, attribute.default)


def _kinds(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(kind for kind in get_args(annotation) if kind is not NoneType)
