"""Row 10: one query recorded by the memory metrics, against two counters and a histogram as attributes."""

from __future__ import annotations

from collections.abc import Iterable

from places_core.builtin.memory_metrics import MemoryMetrics
from places_core.events import Answered
from places_core.telemetry.event_bus import EventBus

from .floors import Slots
from .harness import Finding, medians, seconds_per_call


def measure() -> Iterable[Finding]:
    events, slots = EventBus(metrics=[MemoryMetrics()]), Slots()
    contenders = {
        "slots": lambda: slots.record(0.0001),
        "ours": lambda: events(Answered("search_text", "fake", "hit", "ok", 0.0001, 0)),
    }
    taken = medians(15, {name: seconds_per_call(run, 10_000) for name, run in contenders.items()})
    took = {name: seconds * 1e6 for name, seconds in taken.items()}
    what = "recording one query"
    yield Finding(10, what, "counters as attributes", took["ours"], took["slots"], "us", "<= 5.0")
    yield Finding(10, what, "fixed goal", took["ours"], 2.0, "us", "<= 1.0")
