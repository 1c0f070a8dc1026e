"""The metrics provider `memory`: counters and a histogram in this process, for `places status`."""

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

    counts: Counter[tuple[str, ...]] = Factory(Counter)
    seconds: list[int] = Factory(lambda: [0] * (len(BUCKETS) + 1))

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    def record(self, event: Event) -> None:
        if isinstance(event, Answered):
            self.counts["requests", event.operation, event.outcome] += 1
            self.counts["cache", event.cache] += 1
            self.seconds[bisect_left(BUCKETS, event.seconds)] += 1
        elif isinstance(event, Attempted):
            self.counts["attempts", event.backend, event.outcome] += 1
        elif isinstance(event, FellBack):
            self.counts["fallbacks", event.backend, event.to] += 1
        elif isinstance(event, Faulted):
            self.counts["faults", event.part] += 1
        elif isinstance(event, BreakerChanged):
            self.counts["breaker", event.backend, event.state] += 1

    def snapshot(self) -> Mapping[str, float]:
        figures = {".".join(name): float(count) for name, count in sorted(self.counts.items())}
        total = 0
        for edge, count in zip((*BUCKETS, float("inf")), self.seconds, strict=True):
            total += count
            figures[f"seconds.le.{edge:g}"] = total
        return figures
