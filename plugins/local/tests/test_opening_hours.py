from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from places_core.convert import from_json
from places_core.models import OpeningHours
from places_local.embedded import elements
from places_local.importing.opening_hours import regular_hours
from places_local.query.open_now import is_open


def _periods(text: str) -> list[str]:
    hours = regular_hours(text)
    assert hours is not None
    return [f"{_point(period['open'])}-{_point(period['close'])}" for period in hours["periods"]]


def _point(point: dict[str, int]) -> str:
    return f"{point['day']} {point['hour']}:{point['minute']:02}"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Mo 10:00-18:00", ["1 10:00-1 18:00"]),
        ("Mo,We 9:30-17:15", ["1 9:30-1 17:15", "3 9:30-3 17:15"]),
        ("Sa-Su 12:00-16:00", ["0 12:00-0 16:00", "6 12:00-6 16:00"]),
        ("Sa-Mo 12:00-16:00", ["0 12:00-0 16:00", "1 12:00-1 16:00", "6 12:00-6 16:00"]),
        ("Fr 22:00-04:00", ["5 22:00-6 4:00"]),
        ("Sa 22:00-04:00", ["6 22:00-0 4:00"]),
        ("Mo 10:00-24:00", ["1 10:00-2 0:00"]),
        ("Mo 10:00-00:00", ["1 10:00-2 0:00"]),
        ("Mo 11:00-14:30,17:00-23:00", ["1 11:00-1 14:30", "1 17:00-1 23:00"]),
        ("Mo 10:00-18:00; Sa 11:00-16:00; PH off", ["1 10:00-1 18:00", "6 11:00-6 16:00"]),
        ("Mo 10:00-18:00, Sa 11:00-16:00", ["1 10:00-1 18:00", "6 11:00-6 16:00"]),
        ("Mo 10:00-18:00; Su off", ["1 10:00-1 18:00"]),
        ("Tu, Fr 10:00-18:00", ["2 10:00-2 18:00", "5 10:00-5 18:00"]),
    ],
)
def test_simple_hours_are_read(text: str, periods: list[str]) -> None:
    assert periods == _periods(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "closed",
        "off",
        "Seasonal, only summer time",
        "Mo-su 09:00-19:00",
        "Mo-Fr 16:00-",
        "Mo-Fr 16:00+",
        "Jun-Aug: Mo 09:00-24:00",
        'Mo-Fr 08:00-19:00 || "on appointment"',
        "Mo-Su 11:00-24:00; Sa-Su 00:00-02:00",
        "Mo-Fr 10:00-18:00; 11:00-15:00",
        "Mo sunrise-sunset",
        "Mo 10:00-18:00; PH 12:00-16:00",
        "Mo[1] 10:00-18:00",
        "week 1-10 Mo 10:00-12:00",
        "Mo 25:00-26:00",
        "Mo 10:75-12:00",
        "Mo 10:00-16:00,15:00-18:00",
        "Mo 22:00-12:00; Tu 10:00-14:00",
        "Mo 22:00-47:00; Tu 10:00-14:00",
        "Mo-Fr 10am-6pm",
        "2019 Mo 10:00-18:00",
    ],
)
def test_what_leaves_room_for_doubt_is_left_out(text: str) -> None:
    assert regular_hours(text) is None


def test_always_open_is_one_period_that_never_closes() -> None:
    hours = regular_hours("24/7")

    assert hours is not None
    assert [{"open": {"day": 0, "hour": 0, "minute": 0}}] == hours["periods"]
    assert "Monday: Open 24 hours" == hours["weekdayDescriptions"][0]


def test_days_are_described_from_monday_on() -> None:
    hours = regular_hours("Mo-Fr 9:00-17:00; Sa 11:00-14:00,15:00-01:00")

    assert hours is not None
    assert [
        *(f"{day}: 09:00 – 17:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
        "Saturday: 11:00 – 14:00, 15:00 – 01:00",
        "Sunday: Closed",
    ] == hours["weekdayDescriptions"]


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("Mo 10:00-18:00", "2025-11-17 10:00", True),
        ("Mo 10:00-18:00", "2025-11-17 17:59", True),
        ("Mo 10:00-18:00", "2025-11-17 18:00", False),
        ("Mo 10:00-18:00", "2025-11-18 12:00", False),
        ("Sa 22:00-04:00", "2025-11-16 03:59", True),
        ("Sa 22:00-04:00", "2025-11-16 04:00", False),
        ("24/7", "2025-11-16 04:00", True),
    ],
)
def test_a_place_is_open_in_its_hours(text: str, moment: str, expected: bool) -> None:
    hours = regular_hours(text)

    assert hours is not None
    assert expected == is_open(hours, datetime.fromisoformat(moment))


def test_most_hours_in_helsinki_are_read_and_fit_the_model() -> None:
    given = [element.tags["opening_hours"] for element in elements() if "opening_hours" in element.tags]
    read: list[dict[str, Any]] = [hours for text in given if (hours := regular_hours(text))]

    assert 0.9 < len(read) / len(given)
    assert all(from_json(OpeningHours, hours).periods for hours in read)
