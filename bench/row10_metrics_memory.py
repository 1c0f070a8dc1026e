"""Row 10: one question told to the memory metrics, against two counters and a histogram in attributes."""

from __future__ import annotations

from collections.abc import Iterable

from places_core.builtin.memory_metrics import MemoryMetrics
from places_core.events import Answered
from places_core.telemetry.event_bus import EventBus

from .floors import Slots
from .harness import Finding, medians, seconds_per_call


def measure() -> Iterable[Finding]:
    reports, slots = EventBus(metrics=[MemoryMetrics()]), Slots()
    contenders = {
        "slots": lambda: slots.record(0.0001),
        "ours": lambda: reports(Answered("search_text", "fake", "hit", "ok", 0.0001, 0)),
    }
    taken = medians(15, {name: seconds_per_call(run, 10_000) for name, run in contenders.items()})
    took = {name: seconds * 1e6 for name, seconds in taken.items()}
    what = "one question told to the metrics"
    yield Finding(10, what, "counters in attributes", took["ours"], took["slots"], "us", "<= 5.0")
    yield Finding(10, what, "the goal itself", took["ours"], 2.0, "us", "<= 1.0")
