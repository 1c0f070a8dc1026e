from __future__ import annotations

from attrs import frozen

from ..convert.schema import Int64
from .message import Message


@frozen(repr=False)
class LocalizedText(Message):
    """A text and the language it is in."""

    text: str | None = None
    language_code: str | None = None


@frozen(repr=False)
class Date(Message):
    """A calendar date; a part that is 0 or missing is not known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@frozen(repr=False)
class TimeZone(Message):
    """A time zone of the IANA database."""

    id: str | None = None
    version: str | None = None


@frozen(repr=False)
class Money(Message):
    """An amount of `units` and `nanos` (billionths of a unit), both of the same sign."""

    currency_code: str | None = None
    units: Int64 | None = None
    nanos: int | None = None


@frozen(repr=False)
class PriceRange(Message):
    """From `start_price` (inclusive) to `end_price` (exclusive, None for no upper bound)."""

    start_price: Money | None = None
    end_price: Money | None = None
