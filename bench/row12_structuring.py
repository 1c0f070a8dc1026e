"""Row 12: twenty places out of an answer into `Place`, against parsing the same bytes into dicts."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from places_core.models import SearchTextResponse
from places_core.wire import from_json, loads

from .harness import Finding, medians, seconds_per_call
from .sample import contact_answer, full_answer


def measure() -> Iterable[Finding]:
    full, contact = full_answer(), contact_answer()
    contenders = {
        "orjson": lambda: orjson.loads(full),
        "full": lambda: from_json(SearchTextResponse, loads(full)),
        "contact": lambda: from_json(SearchTextResponse, loads(contact)),
    }
    taken = medians(15, {name: seconds_per_call(run, 40) for name, run in contenders.items()})
    micros = {name: seconds * 1e6 for name, seconds in taken.items()}
    floor = f"orjson.loads of {len(full) / 1000:.0f} KB"
    yield Finding(12, "20 full places into Place", floor, micros["full"], micros["orjson"], "us", "<= 2.0")
    what = "the 12 fields of contact"
    yield Finding(12, what, floor, micros["contact"], micros["orjson"], "us", "<= 0.5")
