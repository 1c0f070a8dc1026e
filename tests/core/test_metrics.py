"""What the metrics tell, and how a provider that fails or is slow is kept away from the queries."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import statistics
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from places_core.builtin.memory_metrics import MemoryMetrics
from places_core.events import Answered, Event, Faulted
from places_core.ports import Metrics
from places_core.telemetry.event_bus import EventBus
from places_core.testing import FakeBackend, FakeClock, fake_places


class Troubled(Metrics):
    """Raises, or takes its time, while `trouble` is set."""

    name = "troubled"

    def __init__(self, trouble: Callable[[], object] | None = None) -> None:
        self.trouble = trouble
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        self.events.append(event)
        if self.trouble:
            self.trouble()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: object, context: object) -> Any:
        yield cls()


class Well(Troubled):
    name = "well"


def broken() -> None:
    raise RuntimeError("no space left")


def answered(bus: EventBus, times: int = 1) -> None:
    for _ in range(times):
        bus(Answered("search_text", "fake", "hit", "ok", 0.000_005, 0))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def quantile(figures: dict[str, float], share: float) -> float:
    """Interpolate within the bucket, as Prometheus does."""
    rows = [
        (float(name.removeprefix("seconds.le.")), total)
        for name, total in figures.items()
        if name.startswith("seconds.le.")
    ]
    wanted, (low, below) = share * rows[-1][1], (0.0, 0.0)
    for edge, total in rows:
        if total >= wanted:
            return low + (edge - low) * (wanted - below) / (total - below)
        low, below = edge, total
    raise AssertionError("no such row")


def mix(seed: int) -> Sequence[float]:
    """Return the seconds of hits in microseconds, local answers in milliseconds, and calls to a provider."""
    chance = random.Random(seed)
    hits = [chance.lognormvariate(0, 0.3) * 2e-6 for _ in range(8_000)]
    local = [chance.lognormvariate(0, 0.5) * 2e-3 for _ in range(500)]
    return [*hits, *local, *(chance.lognormvariate(0, 0.4) * 0.15 for _ in range(1_500))]


@pytest.mark.parametrize(
    "seconds",
    [mix(1), [0.000_02] * 8_000 + [0.15] * 2_000, mix(2)[8_000:], [0.000_001_3] * 100],
    ids=["hits and calls", "two kinds", "mostly calls", "hits alone"],
)
def test_the_median_is_within_a_quarter_of_the_truth(seconds: Sequence[float]) -> None:
    metrics = MemoryMetrics()
    for each in seconds:
        metrics.record(Answered("search_text", "fake", "hit", "ok", each, 0))

    assert pytest.approx(statistics.median(seconds), rel=0.25) == quantile(dict(metrics.snapshot()), 0.5)


def test_only_what_was_counted_is_shown() -> None:
    metrics = MemoryMetrics()
    assert {} == metrics.snapshot()

    metrics.record(Answered("search_text", "fake", "hit", "ok", 0.002, 0))
    metrics.record(Answered("search_text", "fake", "hit", "ok", 60.0, 0))
    shown = {name: figure for name, figure in metrics.snapshot().items() if name.startswith("seconds")}

    assert {
        "seconds.le.0.0016": 0.0,
        "seconds.le.0.0025": 1.0,
        "seconds.le.10": 1.0,
        "seconds.le.inf": 2.0,
    } == shown


class TestGuard:
    @pytest.fixture
    def bus(self, clock: FakeClock) -> EventBus:
        return EventBus(clock=clock)

    def test_one_that_raises_is_set_aside_after_ten_times_and_said_so_once(
        self, bus: EventBus, caplog: pytest.LogCaptureFixture
    ) -> None:
        troubled, well = Troubled(broken), Well()
        bus.metrics += [troubled, well]

        answered(bus, 1_000)

        assert (10, 1_000) == (len(troubled.events), len(well.events))
        [line] = warnings(caplog)
        assert line.startswith("metrics.troubled is left out")
        assert "RuntimeError: no space left" in line
        [fault] = bus.summary()
        assert ("metrics.troubled", True, 10) == (fault["part"], fault["failing"], fault["count"])

    def test_one_that_raises_cancelled_error_cancels_nobody(self, bus: EventBus) -> None:
        def cancelled() -> None:
            raise asyncio.CancelledError

        bus.metrics.append(Troubled(cancelled))

        answered(bus, 100)

        [fault] = bus.summary()
        assert "metrics.troubled" == fault["part"]

    def test_one_that_is_slow_is_set_aside(
        self, bus: EventBus, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        def slow() -> None:
            clock.now += 0.005

        troubled, well = Troubled(slow), Well()
        bus.metrics += [troubled, well]

        answered(bus, 1_000)

        assert (3, 1_000) == (len(troubled.events), len(well.events))
        [line] = warnings(caplog)
        assert "recording an event takes 5 ms" in line

    def test_one_that_becomes_slow_is_noticed_within_64_events(self, bus: EventBus, clock: FakeClock) -> None:
        def slow() -> None:
            clock.now += 0.005

        troubled = Troubled()
        bus.metrics.append(troubled)
        answered(bus, 1_000)
        troubled.trouble = slow
        answered(bus, 1_000)

        assert len(troubled.events) - 1_000 <= 64 + 2

    def test_it_is_tried_again_in_silence_and_welcomed_back_with_a_line(
        self, bus: EventBus, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        troubled = Troubled(broken)
        bus.metrics.append(troubled)
        answered(bus, 100)
        for _ in range(5):
            clock.now += 60
            answered(bus, 100)
        assert (15, 1) == (len(troubled.events), len(warnings(caplog)))

        troubled.trouble = None
        clock.now += 60
        answered(bus, 200)

        assert len(troubled.events) > 115
        assert "metrics.troubled works again" == warnings(caplog)[-1]
        assert 2 == len(warnings(caplog))
        assert [False] == [fault["failing"] for fault in bus.summary()]

    def test_a_failure_now_and_then_sets_nobody_aside(self, bus: EventBus) -> None:
        troubled = Troubled()
        bus.metrics.append(troubled)
        for number in range(100):
            troubled.trouble = broken if number % 10 == 0 else None
            answered(bus, 20 if number % 10 else 1)

        assert 90 * 20 + 10 == len(troubled.events)

    def test_the_figures_of_one_that_cannot_tell_them_are_left_out(self, bus: EventBus) -> None:
        class Dumb(Troubled):
            def snapshot(self) -> dict[str, float]:
                raise RuntimeError("lost")

        bus.metrics += [Dumb(), MemoryMetrics()]
        answered(bus)

        assert 1.0 == bus.snapshot()["requests.search_text.ok"]
        assert ["metrics.troubled"] == [fault["part"] for fault in bus.summary()]


async def test_a_provider_that_takes_its_time_delays_three_answers_and_no_more(
    backend: FakeBackend, clock: FakeClock
) -> None:
    def slow() -> None:
        clock.now += 0.005

    start = clock.now
    troubled = Troubled(slow)
    async with fake_places(
        backend, troubled, clock=clock, metrics={"providers": ["troubled", "memory"]}
    ) as places:
        for _ in range(200):
            await places.search_text("coffee")
        status = await places.status()

    assert pytest.approx(0.015) == clock.now - start
    assert 200.0 == status["metrics"]["requests.search_text.ok"]
    assert re.fullmatch("recording an event takes 5 ms", status["faults"][0]["error"])


def test_a_fault_in_recording_a_fault_comes_to_an_end(clock: FakeClock) -> None:
    bus = EventBus(clock=clock)
    bus.metrics.append(Troubled(broken))

    for _ in range(100):
        bus(Faulted("cache.redis", "gone"))

    assert {"cache.redis": 100, "metrics.troubled": 10} == bus.counts
