from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, fields, frozen


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
