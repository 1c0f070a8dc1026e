"""What every metrics provider must do."""

from __future__ import annotations

import pytest

from ...events import Answered, Attempted, BreakerChanged, Event, Faulted, FellBack, Recovered
from ...ports import Metrics
from .base import Contract


EVENTS: tuple[Event, ...] = (
    Answered("search_text", "fake", "miss", "ok", 0.02, 1),
    Answered("details", "", "miss", "NotFound", 0.0, 0),
    Attempted("fake", "search_text", "Timeout", 5.0),
    FellBack("fake", "local", "Timeout"),
    Faulted("cache.redis", "ConnectionError: gone"),
    Recovered("cache.redis"),
    BreakerChanged("fake", "open", "5 of 5 calls failed"),
)


class MetricsContract(Contract):
    """Inherit, and provide a fixture `metrics`."""

    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
    def test_every_event_is_taken(self, metrics: Metrics, event: Event) -> None:
        metrics.record(event)

        assert all(isinstance(figure, int | float) for figure in metrics.snapshot().values())

    def test_strange_values_are_taken(self, metrics: Metrics) -> None:
        metrics.record(Answered("", 'quo"te\n', "hit", "ok", float("inf"), -1))

    def test_the_number_of_figures_stays_bounded(self, metrics: Metrics) -> None:
        for event in EVENTS:
            metrics.record(event)
        before = len(metrics.snapshot())
        for _ in range(1_000):
            for event in EVENTS:
                metrics.record(event)

        assert before == len(metrics.snapshot())
