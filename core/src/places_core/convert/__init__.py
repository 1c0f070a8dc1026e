"""From plain values to typed ones and back: messages, requests and settings."""

from __future__ import annotations

from .json import dumps, loads
from .messages import from_json, to_json
from .schema import Int64, Member, camel, is_enum, shape


__all__ = ["Int64", "Member", "camel", "dumps", "from_json", "is_enum", "loads", "shape", "to_json"]
