"""A backend fails, first occasionally, then completely for ten seconds, while a hundred callers search.

Prints what was served and what the backend received; exits with 1 if a guarantee was violated.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, TypeVar

from attrs import Factory, define, frozen

from places_core import Places
from places_core.clock import SystemClock
from places_core.errors import PlacesError
from places_core.events import Attempted, BreakerChanged, Event
from places_core.fault_injection import load_plan
from places_core.pipeline.load_context import load
from places_core.ports import Context, Metrics, NoSettings, Reply
from places_core.testing import FakeBackend, fake_places


TEXTS, NEW = 300, 0.05  # popular queries, and the fraction of queries that are new
CALLERS, THINK_TIME = 100, 0.05  # seconds, on average, between two queries of one caller
AFTER = 6.0  # seconds
NAMES = ("before", "flaky", "calm", "during", "after")
PLAN = Path(__file__).with_name("plans") / "backend_outage.toml"
MIN_CALLS, PROBES, CONCURRENT, BUDGET = 10, 2, 20, 0.2
LENT = 2  # retries that the budget grants in advance
SETTINGS: dict[str, Any] = {
    "cache": {"ttl": 2, "stale": 2, "stale_if_error": 60},
    "limiter": {"rate": "100000/second"},
    "bulkhead": {"concurrent": CONCURRENT},
    "breaker": {"min_calls": MIN_CALLS, "probes": PROBES, "open_for": 1, "open_at_most": 2},
    "retry": {"budget": BUDGET},
    "metrics": {"providers": ["notes"]},
    "fault_plan": PLAN,
}


@frozen
class Called:
    """One call to the backend; what was asked is unknown of a call that the plan has failed."""

    start: float
    end: float
    text: str
    retry: bool
    failed: bool


@define
class Failing(FakeBackend):
    """Takes 10 ms per call; the plan fails it."""

    seen: list[Called] = Factory(list)
    under_way: int = 0
    most_under_way: int = 0

    async def search_text(self, query: Any) -> Reply:
        start, retry = time.monotonic(), load.get().attempts > 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        self.seen.append(Called(start, time.monotonic(), query.text_query, retry, failed=False))
        return Reply.of_places(self.places[:3], query)


@define
class Notes(Metrics):
    name = "notes"

    seen: list[Called]
    changes: list[tuple[float, str]] = Factory(list)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls([])

    def record(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, BreakerChanged):
            self.changes.append((now, event.state))
        elif isinstance(event, Attempted) and event.outcome != "ok":
            self.seen.append(Called(now - event.seconds, now, "", load.get().attempts > 1, failed=True))


@frozen
class Asked:
    """One query of a caller; `outcome` is a cache state or the name of an error class."""

    text: str
    start: float
    seconds: float
    outcome: str

    @property
    def answered(self) -> bool:
        return self.outcome.islower()


E = TypeVar("E", Called, Asked)


@define
class Drill:
    backend: Failing
    notes: Notes = Factory(lambda self: Notes(self.backend.seen), takes_self=True)
    asked: list[Asked] = Factory(list)
    spans: dict[str, tuple[float, float]] = Factory(dict)
    over: bool = False

    async def run(self) -> None:
        async with fake_places(self.backend, self.notes, clock=SystemClock(), **SETTINGS) as places:
            work = asyncio.gather(*(self._caller(places, number) for number in range(CALLERS)))
            self.spans = spans(time.monotonic())
            await asyncio.sleep(self.spans["after"][1] - time.monotonic())
            self.over = True
            await work

    async def _caller(self, places: Places, number: int) -> None:
        rng = random.Random(number)
        while not self.over:
            await asyncio.sleep(rng.uniform(0, 2 * THINK_TIME))
            popular = f"coffee {min(int(rng.paretovariate(0.7)), TEXTS)}"
            text = f"tea {rng.random()}" if rng.random() < NEW else popular
            start = time.monotonic()
            try:
                outcome: str = (await places.search_text(text)).trace.cache
            except PlacesError as error:
                outcome = type(error).__name__
            self.asked.append(Asked(text, start, time.monotonic() - start, outcome))

    def within(self, name: str, events: Iterable[E]) -> list[E]:
        """Return the events that started in the span of that name."""
        start, end = self.spans[name]
        return [each for each in events if start <= each.start < end]


def spans(start: float) -> dict[str, tuple[float, float]]:
    """Return when each part of the drill begins and ends."""
    edges = [start + edge for fault in load_plan(PLAN).faults for edge in (fault.after, fault.until or 0.0)]
    return dict(zip(NAMES, pairwise((start, *edges, edges[-1] + AFTER)), strict=True))


@define
class Guarantees:
    violated: list[str] = Factory(list)

    def __call__(self, what: str, figure: object, kept: bool) -> None:
        print(f"{'kept  ' if kept else 'BROKEN'}  {what}: {figure}")
        if not kept:
            self.violated.append(what)


def report(drill: Drill, guarantee: Guarantees) -> None:
    print(f"{len(drill.asked):,} queries, {len(drill.backend.seen):,} calls to the backend")
    for name in drill.spans:
        asked = drill.within(name, drill.asked)
        seconds = sorted(each.seconds for each in asked)
        counts = sorted(Counter(each.outcome for each in asked).items())
        outcomes = ", ".join(f"{outcome} {count:,}" for outcome, count in counts)
        p99 = seconds[int(len(seconds) * 0.99)] * 1000
        print(f"{name:7} p99 {p99:6.1f} ms of {len(asked):,}: {outcomes}")
    _report_stale(drill, guarantee)
    _report_retries(drill, guarantee)
    _report_breaker(drill, guarantee)
    _report_recovery(drill, guarantee)


def _report_stale(drill: Drill, guarantee: Guarantees) -> None:
    begin = drill.spans["during"][0]
    known = {each.text for each in drill.asked if each.answered and each.start + each.seconds < begin}
    during = [each for each in drill.within("during", drill.asked) if each.text in known]
    stale = sum(each.outcome == "stale" for each in during)
    lost = [each.outcome for each in during if not each.answered]
    share = f"{len(lost)} of {len(during):,}"
    guarantee("known queries not answered while the backend was down", share, not lost)
    guarantee("known queries answered with stale answers", f"{stale:,}", stale > 0)


def _report_retries(drill: Drill, guarantee: Guarantees) -> None:
    for name in ("flaky", "during"):
        calls = drill.within(name, drill.backend.seen)
        print(f"        {name}: {sum(each.failed for each in calls)} of {len(calls)} calls failed")
    retries = sum(each.retry for each in drill.backend.seen)
    first = len(drill.backend.seen) - retries
    share = f"{retries} retries, {retries / first:.1%} of {first:,} first calls"
    guarantee("retries stay within the budget", share, retries <= BUDGET * first + LENT)


def _report_breaker(drill: Drill, guarantee: Guarantees) -> None:
    begin, end = drill.spans["during"]
    opened = next((when for when, state in drill.notes.changes if when > begin and state == "open"), None)
    seen = drill.backend.seen
    failed = [each for each in seen if begin < each.start and each.failed and each.end <= (opened or end)]
    after = "never opened" if opened is None else f"{len(failed)} failed calls, {opened - begin:.3f} s"
    guarantee("the breaker opened after", after, opened is not None and len(failed) <= MIN_CALLS)
    states = [f"{state}@{when - begin:.1f}s" for when, state in drill.notes.changes]
    print(f"        states: {' '.join(states)}")
    calls = Counter(
        (state, start)
        for (start, state), (end, _) in pairwise([*drill.notes.changes, (math.inf, "")])
        for each in seen
        if state != "closed" and start <= each.start < end
    )
    while_open = sum(count for (state, _), count in calls.items() if state == "open")
    probes = max((count for (state, _), count in calls.items() if state == "half-open"), default=0)
    guarantee("calls while the breaker was open", while_open, while_open == 0)
    guarantee("most calls in one half-open state", f"{probes} of {PROBES}", probes <= PROBES)


def _report_recovery(drill: Drill, guarantee: Guarantees) -> None:
    end = drill.spans["during"][1]
    closed = next((when for when, state in drill.notes.changes if when > end and state == "closed"), None)
    late = "never" if closed is None else f"{closed - end:.2f} s"
    in_time = closed is not None and closed - end < 2.5
    guarantee("after the backend recovered, the breaker closed within", late, in_time)
    if closed is None:
        return
    calls = [each for each in drill.backend.seen if closed <= each.start < closed + 1]
    twice = sum(count - 1 for count in Counter(each.text for each in calls).values())
    before, until = drill.spans["before"]
    usual = len(drill.within("before", drill.backend.seen)) / (until - before)
    print(f"        first second: {len(calls)} calls; before the outage {usual:.0f} per second")
    guarantee("queries loaded twice in the first second after it closed", twice, twice == 0)
    most = drill.backend.most_under_way
    guarantee("most concurrent calls", f"{most} of {CONCURRENT}", most <= CONCURRENT)


def main() -> int:
    drill, guarantee = Drill(Failing(SystemClock())), Guarantees()
    asyncio.run(drill.run())
    report(drill, guarantee)
    return 1 if guarantee.violated else 0


if __name__ == "__main__":
    sys.exit(main())
