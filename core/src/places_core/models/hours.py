from __future__ import annotations

from attrs import frozen

from .enums import SecondaryHoursType
from .message import Message
from .values import Date


@frozen(repr=False)
class TimePoint(Message):
    """A minute of the week; day 0 is Sunday."""

    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    date: Date | None = None
    truncated: bool | None = None


@frozen(repr=False)
class Period(Message):
    """From `open` to `close`; always open is one period that never closes."""

    open: TimePoint | None = None
    close: TimePoint | None = None


@frozen(repr=False)
class SpecialDay(Message):
    """A day whose opening hours may differ from the usual ones."""

    date: Date | None = None


@frozen(repr=False)
class OpeningHours(Message):
    """When a place is open, in its own time zone."""

    open_now: bool | None = None
    periods: tuple[Period, ...] | None = None
    weekday_descriptions: tuple[str, ...] | None = None
    secondary_hours_type: SecondaryHoursType | str | None = None
    special_days: tuple[SpecialDay, ...] | None = None
    next_open_time: str | None = None
    next_close_time: str | None = None
