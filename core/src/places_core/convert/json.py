"""JSON as bytes, from and to plain values."""

from __future__ import annotations

from typing import Any

import orjson

from ..errors import BadAnswer


def loads(body: bytes) -> Any:
    """Parse JSON that a provider sent; raises `BadAnswer` for anything else."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadAnswer(f"Invalid JSON: {error}.") from error


def dumps(obj: Any) -> bytes:
    """Write plain values as compact JSON."""
    return orjson.dumps(obj)
