"""Two processes share a Redis server that is killed and restarted twice, while 400 callers search.

    python drills/redis_kill.py [--seconds 30] [--callers 200] [--near 0]

Prints the queries, the failures, the calls that the backend received, and how soon both were back on Redis.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from attrs import Factory, define

import places_redis
from places_core import Places
from places_core.clock import SystemClock
from places_core.errors import PlacesError
from places_core.events import Event, Faulted, Recovered
from places_core.plugins import Plugins
from places_core.ports import Context, Metrics, NoSettings, Reply
from places_core.testing import FakeBackend, GivenPlugin
from places_redis.testing import INSTALL, RedisServer, servers


RATE, BURST = 100, 20  # calls per second, and at once
TEXTS = 300
WARM = 0.2  # fraction of the time before latencies count
THINK_TIME = 0.05  # seconds, on average, between two queries of one caller
OUTAGES = ((0.4, 0.5), (0.7, 0.8))  # when Redis is down, as fractions of the whole time
BACK_WITHIN = 2.0


@define
class Watched(FakeBackend):
    """A slow backend that records when it was called."""

    times: list[float] = Factory(list)

    async def search_text(self, query: Any) -> Reply:
        self.times.append(time.time())
        self.calls.clear()
        return await super().search_text(query)


@define
class Notes(Metrics):
    """Records when each part of the infrastructure failed and recovered."""

    name = "notes"

    seen: list[tuple[float, str, str]] = Factory(list)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    def record(self, event: Event) -> None:
        if isinstance(event, Faulted | Recovered):
            self.seen.append((time.time(), type(event).__name__, event.part))


def settings(url: str, near: int) -> dict[str, Any]:
    return {
        "backend": "fake",
        "cache": {"provider": "redis", "ttl": 15, "stale": 15},
        "limiter": {"provider": "redis", "rate": f"{RATE}/second", "burst": BURST, "max_wait": 8},
        "retry": {"deadline": 20},
        "breaker": {"provider": "redis"},
        "metrics": {"providers": ["notes"]},
        "plugins": {"redis": {"url": url, "near_entries": near}},
    }


async def work(url: str, seconds: float, callers: int, near: int) -> dict[str, Any]:
    """Run the callers of one process, and return what happened."""
    backend, notes = Watched(SystemClock(), delay=0.05), Notes()
    plugins = Plugins.load(extra=[places_redis, GivenPlugin(backend, notes)], installed=False)
    asked: list[tuple[float, float]] = []
    errors: list[tuple[float, str]] = []
    end = time.time() + seconds

    async def call(places: Places) -> None:
        while time.time() < end:
            start = time.time()
            try:
                await places.search_text(f"coffee {min(int(random.paretovariate(0.7)), TEXTS)}")
            except PlacesError as error:
                errors.append((start, f"{type(error).__name__}: {error}"))
            asked.append((start, time.time() - start))
            await asyncio.sleep(random.uniform(0, 2 * THINK_TIME))

    async with Places.open(settings(url, near), plugins=plugins) as places:
        await asyncio.gather(*(call(places) for _ in range(callers)))
    return {"asked": asked, "errors": errors, "upstream": backend.times, "notes": notes.seen}


async def drill(program: Path, options: argparse.Namespace) -> Sequence[tuple[float, float]]:
    """Run the workers, kill and restart the server meanwhile, and return the times of the outages."""
    with RedisServer(program) as server, tempfile.TemporaryDirectory() as folder:
        outs = [Path(folder) / f"{number}.json" for number in range(2)]
        start = time.time()
        workers = [
            await asyncio.create_subprocess_exec(
                sys.executable, __file__, "--work", server.url, str(out), *_again(options)
            )
            for out in outs
        ]
        outages = []
        for down, up in OUTAGES:
            await asyncio.sleep(start + down * options.seconds - time.time())
            server.kill()
            killed = time.time()
            await asyncio.sleep(start + up * options.seconds - time.time())
            server.start()
            outages.append((killed, time.time()))
        for worker in workers:
            await worker.wait()
        report([json.loads(out.read_text()) for out in outs], outages, start + WARM * options.seconds)
    return outages


def _again(options: argparse.Namespace) -> Iterable[str]:
    names = ("seconds", "callers", "near")
    return [part for name in names for part in (f"--{name}", str(getattr(options, name)))]


def report(results: Sequence[dict[str, Any]], outages: Sequence[tuple[float, float]], warm_at: float) -> None:
    asked = [each for one in results for each in one["asked"]]
    errors = [text for one in results for _, text in one["errors"]]
    print(f"queries {len(asked):,}, errors {len(errors)}  (goal 0) {sorted(set(errors))[:3] or ''}")
    for number, one in enumerate(results, 1):
        over = excess(one["upstream"])
        calls = f"{len(one['upstream']):,} upstream calls, at most {most(one['upstream'])} per second"
        print(f"process {number}: {calls}; beyond burst + rate x time: {over}  (goal 0)")
    both = sorted(when for one in results for when in one["upstream"])
    print(f"both: at most {most(both)} upstream calls per second")
    first, last = outages[0][0], outages[-1][1]
    spans = {
        "before": [took for when, took in asked if warm_at < when and when + took < first],
        "during": [took for when, took in asked if any(a <= when <= b + BACK_WITHIN for a, b in outages)],
        "after": [took for when, took in asked if when > last + BACK_WITHIN],
    }
    for name, latencies in spans.items():
        half, most_of = (percentile(latencies, share) * 1000 for share in (0.5, 0.99))
        print(f"{name:6}  p50 {half:7.1f} ms   p99 {most_of:7.1f} ms   of {len(latencies):,}")
    for killed, started in outages:
        back = max(returns(one["notes"], killed, started) for one in results)
        print(
            f"down for {started - killed:.1f} s; back on Redis {back:.2f} s later  (goal {BACK_WITHIN:g} s)"
        )


def most(times: Sequence[float], span: float = 1.0) -> int:
    """Return the most calls within any `span` of seconds."""
    found, first = 0, 0
    for last, when in enumerate(times):
        while times[first] <= when - span:
            first += 1
        found = max(found, last - first + 1)
    return found


def excess(times: Sequence[float]) -> int:
    """Count the calls that a token bucket of this limit would have refused."""
    level, last, over = 0.0, 0.0, 0
    for when in times:
        level = max(0.0, level - (when - last) * RATE)
        last = when
        if level + 1 > BURST + 2:  # two calls' worth of timer jitter
            over += 1
        else:
            level += 1
    return over


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0


def returns(notes: Sequence[tuple[float, str, str]], killed: float, started: float) -> float:
    """Return how long after the restart the last of the failed parts had recovered."""
    failed = {part for when, kind, part in notes if kind == "Faulted" and killed <= when <= started}
    back = {part: when for when, kind, part in reversed(notes) if kind == "Recovered" and when > started}
    return max((back.get(part, float("inf")) - started for part in failed), default=float("inf"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--near", type=int, default=0, help="answers that each process keeps a copy of")
    parser.add_argument("--work", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        url, out = options.work
        logging.getLogger("places").setLevel(logging.ERROR)
        result = asyncio.run(work(url, options.seconds, options.callers, options.near))
        Path(out).write_text(json.dumps(result))
        return
    found = servers()
    if not found:
        sys.exit(f"this drill needs a real Redis server: {INSTALL}")
    name, program = next(iter(found.items()))
    print(
        f"Redis from {name}, 2 processes x {options.callers} callers, limit {RATE}/second with burst {BURST}"
    )
    asyncio.run(drill(program, options))


if __name__ == "__main__":
    main()
