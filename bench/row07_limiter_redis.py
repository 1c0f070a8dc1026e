"""Row 7: a token bucket on Redis, against a bare call of the same script."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from .harness import Finding, medians
from .redis_server import Bench, beside_redis, seconds_per_call


CALLS = 200


def measure() -> Iterable[Finding]:
    return beside_redis(_findings)


def _findings(runner: asyncio.Runner, bench: Bench) -> Iterable[Finding]:
    runner.run(_acquire(bench))
    plain: Any = bench.plain
    sha = runner.run(_loaded(bench))
    arguments = (1, "bare", 1, 0, "1", *bench.limiter.count.arguments)
    contenders = {
        "bare": seconds_per_call(runner, lambda: plain.evalsha(sha, *arguments), CALLS),
        "ours": seconds_per_call(runner, lambda: _acquire(bench), CALLS),
    }
    medians(2, contenders)
    taken = medians(21, contenders)
    what, floor = "token bucket on Redis", "bare EVALSHA"
    yield Finding(7, what, floor, taken["ours"] * 1e6, taken["bare"] * 1e6, "us", "<= 1.15")
    before = runner.run(bench.exchanges())
    contenders["ours"]()
    exchanges = runner.run(bench.exchanges()) - before - 1  # INFO itself
    yield Finding(7, "round trips per call", "one", exchanges / CALLS, 1, "", "<= 1.0")


async def _acquire(bench: Bench) -> object:
    return await bench.limiter.acquire("ours")


async def _loaded(bench: Bench) -> str:
    return str(await bench.plain.script_load(bench.limiter.count.script.text))
