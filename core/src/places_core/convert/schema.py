"""What a class looks like on the wire: its members by their JSON names, read off the annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin

import attrs


F = TypeVar("F", bound=Callable[..., Any])

Int64: TypeAlias = Annotated[int, "int64"]
"""An integer that JSON carries as a string, for JavaScript would round it."""


@attrs.frozen
class Member:
    """One attribute and what it holds: one `kind`, several for a choice, or a list of them."""

    name: str
    wire_name: str
    kinds: tuple[Any, ...]
    many: bool
    default: Any
    marks: Mapping[str, Any] = attrs.field(factory=dict, eq=False)
    """The attribute's metadata.

    `elsewhere`: it does not travel in the body. `oneof`: the classes, one of which the value is, by the name
    that wraps it. `read`: the structure hook for this attribute. `verbatim`: its wire name is its own name.
    """

    @property
    def kind(self) -> Any:
        """The kind that says most: the enumeration, not the string that stands in for a new value."""
        return self.kinds[0]


def once(function: F) -> F:
    """Cache what a function says of a class; `cache` alone makes mypy doubt that classes are hashable."""
    return cast("F", cache(function))


@once
def shape(cls: type) -> Mapping[str, Member]:
    """Describe the public attributes of an attrs class, by their JSON names."""
    attrs.resolve_types(cls)
    members = (
        _member(each) for each in attrs.fields(cls) if each.name != "extra" and not each.name.startswith("_")
    )
    return MappingProxyType({member.wire_name: member for member in members})


@once
def body_shape(cls: type) -> Mapping[str, Member]:
    """Describe the attributes that travel in the body of a request, by their JSON names."""
    return {name: member for name, member in shape(cls).items() if "elsewhere" not in member.marks}


@lru_cache(maxsize=4096)
def camel(path: str) -> str:
    """Turn `places.display_name` into `places.displayName`, and leave `places.displayName` alone."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), path)


def is_enum(kind: Any) -> bool:
    """Whether `kind` is a class of string constants."""
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def is_message(cls: Any) -> bool:
    """Whether it keeps the fields that it does not know."""
    return attrs.has(cls) and "extra" in attrs.fields_dict(cls)


def is_open_enum(kind: Any) -> bool:
    """Whether it is an enumeration or a string; cattrs takes a bare `StrEnum` for a string."""
    return len(get_args(kind)) == 2 and is_enum(get_args(kind)[0]) and get_args(kind)[1] is str


def _member(attribute: attrs.Attribute[Any]) -> Member:
    kinds = _kinds(attribute.type)
    many = get_origin(kinds[0]) is tuple
    if many:
        kinds = _kinds(get_args(kinds[0])[0])
    marks = attribute.metadata
    wire_name = attribute.name if "verbatim" in marks else camel(attribute.name)
    return Member(attribute.name, wire_name, kinds, many, attribute.default, marks)


def _kinds(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(kind for kind in get_args(annotation) if kind is not NoneType)
