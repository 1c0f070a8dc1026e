"""The metrics provider `memory`: counters and a histogram in this process, reported by `Places.status()`."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from attrs import Factory, define

from ..events import Answered, Attempted, BreakerChanged, Event, Faulted, FellBack
from ..ports import Context, Metrics, NoSettings


BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)


@define
class MemoryMetrics(Metrics):
    """Counts events by their names; the set of names is small and fixed."""

    name = "memory"

    _answered: dict[tuple[str, str, str], list[int]] = Factory(dict)
    """By operation, outcome and cache state: how many answers fell into each bucket of seconds."""
    _counts: Counter[tuple[str, ...]] = Factory(Counter)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    def record(self, event: Event) -> None:
        if type(event) is not Answered:  # a query answered from memory must not pay for the others
            self._count(event)
            return
        name = (event.operation, event.outcome, event.cache)
        seconds = self._answered.get(name)
        if seconds is None:
            seconds = self._answered[name] = [0] * (len(BUCKETS) + 1)
        seconds[bisect_left(BUCKETS, event.seconds)] += 1

    def snapshot(self) -> Mapping[str, float]:
        counts, buckets = Counter(self._counts), [0] * (len(BUCKETS) + 1)
        for (operation, outcome, cache), seconds in self._answered.items():
            counts["requests", operation, outcome] += sum(seconds)
            counts["cache", cache] += sum(seconds)
            buckets = [before + more for before, more in zip(buckets, seconds, strict=True)]
        figures = {".".join(name): float(count) for name, count in sorted(counts.items())}
        total = 0
        for edge, count in zip((*BUCKETS, float("inf")), buckets, strict=True):
            total += count
            figures[f"seconds.le.{edge:g}"] = total
        return figures

    def _count(self, event: Event) -> None:
        if isinstance(event, Attempted):
            self._counts["attempts", event.backend, event.outcome] += 1
        elif isinstance(event, FellBack):
            self._counts["fallbacks", event.backend, event.to] += 1
        elif isinstance(event, Faulted):
            self._counts["faults", event.part] += 1
        elif isinstance(event, BreakerChanged):
            self._counts["breaker", event.backend, event.state] += 1
