"""JSON as bytes, from and to plain values."""

from __future__ import annotations

import json
from typing import Any

import orjson

from ..errors import BadAnswer
from ..text.encoding import well_formed


def loads(body: bytes) -> Any:
    """Parse JSON that a provider sent; raises `BadAnswer` for anything else."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadAnswer(f"Invalid JSON: {error}.") from error


def dumps(obj: Any) -> bytes:
    """Write plain values as compact JSON; half a surrogate pair, which UTF-8 lacks, is replaced."""
    try:
        return orjson.dumps(obj)
    except TypeError:
        return orjson.dumps(json.loads(well_formed(json.dumps(obj, ensure_ascii=False))))
