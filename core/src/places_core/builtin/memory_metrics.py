"""The metrics provider `memory`: counters and a histogram in this process, reported by `Places.status()`."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import accumulate
from typing import Self

from attrs import Factory, define

from ..events import Answered, Attempted, BreakerChanged, Event, Faulted, FellBack
from ..ports import Context, Metrics, NoSettings


_STEPS = (1.0, 1.6, 2.5, 4.0, 6.3)
BUCKETS = (*(step * 10.0**power for power in range(-6, 1) for step in _STEPS), 10.0)
"""Seconds: five edges per decade, since an answer from memory takes microseconds and a call up to seconds."""


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
        try:
            seconds = self._answered[name]
        except KeyError:
            seconds = self._answered[name] = [0] * (len(BUCKETS) + 1)
        seconds[bisect_left(BUCKETS, event.seconds)] += 1

    def snapshot(self) -> Mapping[str, float]:
        counts, buckets = Counter(self._counts), [0] * (len(BUCKETS) + 1)
        for (operation, outcome, cache), seconds in self._answered.items():
            counts["requests", operation, outcome] += sum(seconds)
            counts["cache", cache] += sum(seconds)
            buckets = [before + more for before, more in zip(buckets, seconds, strict=True)]
        figures = {".".join(name): float(count) for name, count in sorted(counts.items())}
        return figures | _cumulative(buckets)

    def _count(self, event: Event) -> None:
        if isinstance(event, Attempted):
            self._counts["attempts", event.backend, event.outcome] += 1
        elif isinstance(event, FellBack):
            self._counts["fallbacks", event.backend, event.to] += 1
        elif isinstance(event, Faulted):
            self._counts["faults", event.part] += 1
        elif isinstance(event, BreakerChanged):
            self._counts["breaker", event.backend, event.state] += 1


def _cumulative(buckets: Sequence[int]) -> dict[str, float]:
    """Count what took at most as long as each edge, for the edges beside a bucket that is not empty."""
    totals = list(accumulate(buckets))
    edges = (*BUCKETS, math.inf)
    beside = [here or after for here, after in zip(buckets, (*buckets[1:], 0), strict=True)]
    return {
        f"seconds.le.{edge:g}": float(total)
        for edge, total, shown in zip(edges, totals, beside, strict=True)
        if shown
    }
