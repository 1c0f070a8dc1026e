"""Typed values from plain ones and back, on cattrs: messages, requests and settings.

cattrs itself is imported when something is first converted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BadAnswer
from .json import dumps, loads
from .messages import configure_messages
from .schema import Int64, Member, camel, is_enum, shape
from .settings import configure_settings


if TYPE_CHECKING:
    from cattrs import Converter as Converter

T = TypeVar("T")

_MISSHAPEN = (AttributeError, TypeError, ValueError)

__all__ = [
    "Int64",
    "Member",
    "camel",
    "configure_messages",
    "configure_settings",
    "converter",
    "dumps",
    "from_json",
    "is_enum",
    "loads",
    "shape",
    "to_json",
]


def converter(*configure: Callable[[Converter], None]) -> Converter:
    """Return a new converter, configured for messages unless other `configure` functions are given."""
    from cattrs import Converter as Converter

    made = Converter(forbid_extra_keys=True)
    for each in configure or (configure_messages,):
        each(made)
    return made


_messages = cache(converter)


def from_json(cls: type[T], obj: Mapping[str, Any]) -> T:
    """Read a message, its scalars as they are; raises `BadAnswer` for a list or an object in the wrong place.

    The messages in a place are read, and `BadAnswer` is raised, when they are first looked at: do not change
    `obj`.
    """
    try:
        return _messages().structure(obj, cls)
    except _MISSHAPEN as error:
        raise _bad_answer(cls.__name__, error) from error


def to_json(message: object) -> dict[str, Any]:
    """Write a message by Google's names, without what is None."""
    written: dict[str, Any] = _messages().unstructure(message)
    return written


def read_member(member: Member, value: Any) -> Any:
    """Read the message, or the messages, that an attribute holds; raises `BadAnswer`."""
    read = _messages().get_structure_hook(member.kind)
    try:
        return tuple([read(each, None) for each in value]) if member.many else read(value, None)
    except _MISSHAPEN as error:
        raise _bad_answer(member.wire_name, error) from error


def _bad_answer(name: str, error: Exception) -> BadAnswer:
    reason = "expected an object" if isinstance(error, AttributeError) else error
    return BadAnswer(f"Invalid {name}: {reason}.")
