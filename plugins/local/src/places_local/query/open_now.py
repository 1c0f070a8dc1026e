"""Whether a place is open at a given moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any


DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


def is_open(hours: dict[str, Any], moment: datetime) -> bool:
    """Return whether a place with these `regularOpeningHours` is open at a moment of its local time."""
    now = ((moment.weekday() + 1) % 7) * DAY_MINUTES + moment.hour * 60 + moment.minute
    return any(
        "close" not in period or (now - _minute(period["open"])) % WEEK_MINUTES < _length(period)
        for period in hours["periods"]
    )


def _minute(point: dict[str, int]) -> int:
    return point["day"] * DAY_MINUTES + point["hour"] * 60 + point["minute"]


def _length(period: dict[str, Any]) -> int:
    return (_minute(period["close"]) - _minute(period["open"])) % WEEK_MINUTES
