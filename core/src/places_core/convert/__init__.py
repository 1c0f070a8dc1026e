"""Typed values from plain ones and back, on cattrs: messages, requests and settings.

cattrs itself is imported when something is first converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .conversion import converter, from_json, parse_request, request_json, to_json
from .json import dumps, loads
from .messages import configure_messages
from .requests import configure_requests
from .schema import Int64, Member, body_shape, camel, is_enum, shape
from .settings import configure_settings


if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "Converter",
    "Int64",
    "Member",
    "body_shape",
    "camel",
    "configure_messages",
    "configure_requests",
    "configure_settings",
    "converter",
    "dumps",
    "from_json",
    "is_enum",
    "loads",
    "parse_request",
    "request_json",
    "shape",
    "to_json",
]


def __getattr__(name: str) -> Any:
    """Import cattrs for those who name its class at run time."""
    if name != "Converter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cattrs import Converter

    return Converter
