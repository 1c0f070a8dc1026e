"""From OpenStreetMap's `opening_hours`, where they are simple and certain, to Google's opening hours."""

from __future__ import annotations

import re
from typing import Any


DAY_CODES = ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa")
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
WEEK = range(7)
DAY, TIME = "Mo|Tu|We|Th|Fr|Sa|Su", r"\d{1,2}:\d{2}"
DAY_PART = rf"(?:{DAY})(?:\s*-\s*(?:{DAY}))?"
TIME_PART = rf"{TIME}\s*-\s*{TIME}"
RULE = re.compile(
    rf"\s*(?P<days>{DAY_PART}(?:\s*,\s*{DAY_PART})*)?\s*(?P<times>{TIME_PART}(?:\s*,\s*{TIME_PART})*|off|closed)\s*"
)
RULE_SEPARATOR = re.compile(rf";|(?<=[0-9])\s*,\s*(?=(?:{DAY}))")
CLOSED_HOLIDAYS = re.compile(r"\s*(?:PH|SH|PH\s*,\s*SH)\s+(?:off|closed)\s*")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES

Span = tuple[int, int]
Week = dict[int, tuple[Span, ...]]


def regular_hours(text: str) -> dict[str, Any] | None:
    """Return Google's `regularOpeningHours`, or None if the text is not understood beyond doubt."""
    if text.strip() == "24/7":
        return {
            "periods": [{"open": _point(0)}],
            "weekdayDescriptions": [f"{_name(day)}: Open 24 hours" for day in WEEK],
        }
    week = _week(text)
    if week is None or not any(week.values()):
        return None
    spans = [
        (day * DAY_MINUTES + start, day * DAY_MINUTES + end)
        for day in sorted(week)
        for start, end in week[day]
    ]
    if _overlap(spans):
        return None
    periods = [{"open": _point(start), "close": _point(end)} for start, end in spans]
    return {
        "periods": periods,
        "weekdayDescriptions": [f"{_name(day)}: {_described(week, day)}" for day in WEEK],
    }


def _week(text: str) -> Week | None:
    week: Week = {}
    for part in RULE_SEPARATOR.split(text):
        if CLOSED_HOLIDAYS.fullmatch(part) or not part.strip():
            continue
        rule = RULE.fullmatch(part)
        spans = _spans(rule["times"]) if rule else None
        if rule is None or spans is None:
            return None
        days = _days(rule["days"])
        # A later rule replaces an earlier one for the same days, which is rarely what the mapper meant.
        if spans and any(week.get(day) for day in days):
            return None
        week.update(dict.fromkeys(days, spans))
    return week


def _days(text: str | None) -> list[int]:
    if text is None:
        return list(WEEK)
    found: list[int] = []
    for part in text.split(","):
        first, _, last = (name.strip() for name in part.partition("-"))
        start = DAY_CODES.index(first)
        found += [(start + step) % 7 for step in range((DAY_CODES.index(last or first) - start) % 7 + 1)]
    return found


def _spans(text: str) -> tuple[Span, ...] | None:
    """Return the spans in minutes of the day; an end after midnight exceeds 24 hours."""
    if text in ("off", "closed"):
        return ()
    spans = []
    for part in text.split(","):
        start, end = (_clock(time) for time in part.split("-"))
        if start is None or end is None or start >= DAY_MINUTES or end > 2 * DAY_MINUTES:
            return None
        spans.append((start, end if end > start else end + DAY_MINUTES))
    return tuple(sorted(spans))


def _clock(text: str) -> int | None:
    hour, minute = (int(number) for number in text.split(":"))
    return hour * 60 + minute if minute < 60 else None


def _overlap(spans: list[Span]) -> bool:
    """Return whether a period runs into the next one, also across the end of the week."""
    following = [*spans[1:], (spans[0][0] + WEEK_MINUTES, 0)]
    return any(end > start for (_, end), (start, _) in zip(spans, following, strict=True))


def _point(minute: int) -> dict[str, int]:
    day, rest = divmod(minute % WEEK_MINUTES, DAY_MINUTES)
    return {"day": day, "hour": rest // 60, "minute": rest % 60}


def _name(day: int) -> str:
    """Return the name of a day, counted from Monday as in Google's descriptions."""
    return DAY_NAMES[(day + 1) % 7]


def _described(week: Week, day: int) -> str:
    spans = week.get((day + 1) % 7, ())
    return ", ".join(f"{_text(start)} – {_text(end)}" for start, end in spans) or "Closed"


def _text(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
