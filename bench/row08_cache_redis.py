"""Row 8: 64 concurrent reads of the cache on Redis, against one pipeline and against redis-py."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from .harness import Finding, medians
from .redis_server import Bench, beside_redis, seconds_per_call


CALLERS = 64
VALUE = b"x" * 2_000
NAMES = [f"text:coffee {number}" for number in range(CALLERS)]


def measure() -> Iterable[Finding]:
    return beside_redis(_findings)


def _findings(runner: asyncio.Runner, bench: Bench) -> Iterable[Finding]:
    runner.run(_fill(bench))
    contenders = {
        "pipeline": seconds_per_call(runner, lambda: _pipeline(bench), 20),
        "gather": seconds_per_call(runner, lambda: _gather(bench), 20),
        "ours": seconds_per_call(runner, lambda: _ours(bench), 20),
    }
    medians(2, contenders)
    micros = {name: seconds / CALLERS * 1e6 for name, seconds in medians(15, contenders).items()}
    what = f"cache on Redis, {CALLERS} concurrent reads, each"
    yield Finding(8, what, f"pipeline of {CALLERS} GETs", micros["ours"], micros["pipeline"], "us", "<= 2.0")
    yield Finding(8, what, "redis-py's gather (stretch)", micros["ours"], micros["gather"], "us", "<= 0.3")


async def _fill(bench: Bench) -> None:
    for name in NAMES:
        await bench.cache.set(name, VALUE, 600)


async def _pipeline(bench: Bench) -> None:
    pipeline = bench.plain.pipeline(transaction=False)
    for name in NAMES:
        pipeline.get(f"places:cache:{name}")
    await pipeline.execute()


async def _gather(bench: Bench) -> None:
    await asyncio.gather(*(bench.plain.get(f"places:cache:{name}") for name in NAMES))


async def _ours(bench: Bench) -> None:
    await asyncio.gather(*(bench.cache.get(name) for name in NAMES))
