"""Convert with one converter for messages and one for requests; cattrs is imported on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BadAnswer, InvalidRequest
from .messages import configure_messages
from .requests import configure_requests
from .schema import Member


if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_MISSHAPEN = (AttributeError, TypeError, ValueError)


def converter(*configure: Callable[[Converter], None]) -> Converter:
    """Return a new converter, configured for messages unless other `configure` functions are given."""
    from cattrs import Converter

    made = Converter(forbid_extra_keys=True)
    for each in configure or (configure_messages,):
        each(made)
    return made


_messages = cache(converter)
_requests = cache(lambda: converter(configure_messages, configure_requests))


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


def parse_request(cls: type[T], obj: Any, **known: Any) -> T:
    """Read a query or a message; `known` are the attributes that come from elsewhere, such as `fields`.

    Raises: `InvalidRequest` with the path of every field that is unknown, missing, of the wrong type or out
        of range.
    """
    if not isinstance(obj, dict):
        raise InvalidRequest("body", obj, "an object")
    read: Callable[..., T] = _requests().get_structure_hook(cls)
    return read(obj, cls, **known)


def request_json(query: object) -> dict[str, Any]:
    """Write the body of Google's request for a query, without its mask and what is left at its default."""
    written: dict[str, Any] = _messages().unstructure(query)
    return written


def _bad_answer(name: str, error: Exception) -> BadAnswer:
    reason = "expected an object" if isinstance(error, AttributeError) else error
    return BadAnswer(f"Invalid {name}: {reason}.")
