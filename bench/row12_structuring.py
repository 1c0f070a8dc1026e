"""Row 12: reading the twenty places of an answer into `Place`, against parsing the same bytes into dicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from places_core.convert import from_json, loads
from places_core.models import SearchTextResponse

from .harness import Finding, medians, seconds_per_call
from .sample import contact_answer, full_answer


def measure() -> Iterable[Finding]:
    full, contact = full_answer(), contact_answer()
    contenders = {
        "orjson": lambda: orjson.loads(full),
        "full": lambda: _places(full),
        "contact": lambda: _places(contact),
        "names": lambda: [(each.display_name.text, each.location.latitude) for each in _places(full)],
    }
    taken = medians(15, {name: seconds_per_call(run, 40) for name, run in contenders.items()})
    micros = {name: seconds * 1e6 for name, seconds in taken.items()}
    floor = f"orjson.loads of {len(full) / 1000:.0f} KB"
    yield Finding(12, "20 full places into Place", floor, micros["full"], micros["orjson"], "us", "<= 2.0")
    for what, name, goal in (
        ("the same, reading names and locations", "names", "<= 2.0"),
        ("the 12 fields of contact", "contact", "<= 0.5"),
    ):
        yield Finding(12, what, floor, micros[name], micros["orjson"], "us", goal)


def _places(body: bytes) -> tuple[Any, ...]:
    """Read the places as an answer does; nested messages are read on access."""
    return from_json(SearchTextResponse, loads(body)).places or ()
