"""Which places are open."""

from __future__ import annotations

from datetime import datetime
from typing import Any


MINUTES, ROUND = 24 * 60, 7 * 24 * 60


def is_open(hours: dict[str, Any], moment: datetime) -> bool:
    """Whether a place with these regular hours is open at a local time."""
    now = ((moment.weekday() + 1) % 7) * MINUTES + moment.hour * 60 + moment.minute
    return any(
        "close" not in period or (now - _minute(period["open"])) % ROUND < _length(period)
        for period in hours["periods"]
    )


def _minute(point: dict[str, int]) -> int:
    return point["day"] * MINUTES + point["hour"] * 60 + point["minute"]


def _length(period: dict[str, Any]) -> int:
    return (_minute(period["close"]) - _minute(period["open"])) % ROUND
