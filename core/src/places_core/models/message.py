from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, fields, frozen

from ..convert.conversion import read_member
from ..convert.messages import lazy_members


Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@frozen(repr=False)
class Message:
    """One of Google's messages: every field is optional, and None means that it was not given."""

    extra: Mapping[str, Json] = field(factory=dict, kw_only=True, hash=False)
    """The fields this version does not know, by their JSON names, kept as they came."""

    def __repr__(self) -> str:
        given = (
            f"{each.alias}={value!r}"
            for each in fields(type(self))
            if each.repr and (value := getattr(self, each.name)) is not None and value != {}
        )
        return f"{type(self).__name__}({', '.join(given)})"


class Unread(Message):
    """A message that keeps what it was read from, until the messages in it are looked at."""

    __slots__ = ("_unread",)

    if not TYPE_CHECKING:  # a type checker must not believe that every attribute exists

        def __getattr__(self, name: str) -> Any:
            member = lazy_members(type(self)).get(name)
            if member is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            value = read_member(member, self._unread[member.wire_name])
            object.__setattr__(self, name, value)
            return value
