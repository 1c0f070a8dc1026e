"""Row 6: an in-process token bucket, against a hand-written one and `limits`, with few and many keys."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.clock import SystemClock
from places_core.settings import LimiterSettings

from .floors import Gcra
from .harness import Finding, medians
from .inside import Loop, micros, seconds_per_await


SIZES = (5, 5_000, 1_000_000)
CALLS, ROUNDS, SOME = 5_000, 9, 300
RATE = 1_000_000

Acquire = Callable[[str], Awaitable[object]]


def measure() -> Iterable[Finding]:
    with asyncio.Runner() as runner:
        took: dict[str, dict[int, float]] = {"ours": {}, "floor": {}}
        for size in SIZES:
            for name, acquire in (("ours", _ours()), ("floor", Gcra(1 / RATE, 1.0).acquire)):
                runner.run(each(acquire)([f"caller:{number}" for number in range(size)]))
                took[name][size] = _taken(runner, size, {name: each(acquire)}, CALLS)[name]
        # Interleaved for the few keys of the goal; yielding to the loop, as `limits` needs it to clean up.
        few = _taken(runner, 5, {"ours": each(_ours()), "floor": each(Gcra(1 / RATE, 1.0).acquire)}, CALLS)
        rivals = {size: _against_limits(runner, size) for size in SIZES[:2]}
    yield Finding(6, "token bucket, 5 keys", "hand-written GCRA", few["ours"], few["floor"], "us", "<= 3.0")
    for size in SIZES[1:]:
        what = f"token bucket, {size:,} keys"
        yield Finding(
            6, what, "hand-written GCRA, same size", took["ours"][size], took["floor"][size], "us", "<= 3.0"
        )
        ours, floor = (took[name][size] / took[name][5] for name in ("ours", "floor"))
        yield Finding(
            6, f"slowdown from 5 to {size:,} keys", "dict of the same size", ours, floor, "times", "<= 1.0"
        )
    for size, rival in rivals.items():
        what = f"token bucket, {size:,} keys, yielding"
        yield Finding(6, what, "limits, fixed window", rival["ours"], rival["limits"], "us", "<= 1.0")


def _ours() -> Acquire:
    return MemoryLimiter.from_settings(LimiterSettings(rate=f"{RATE}/second"), SystemClock()).acquire


def _against_limits(runner: asyncio.Runner, size: int) -> dict[str, float]:
    limiter, limit = FixedWindowRateLimiter(MemoryStorage()), parse(f"{RATE}/second")
    long = parse(f"{RATE}/hour")
    runner.run(each(lambda key: limiter.hit(long, key))([f"k{number}" for number in range(size)]))
    loops = {"ours": turning(_ours()), "limits": turning(lambda key: limiter.hit(limit, key))}
    return _taken(runner, size, loops, SOME)


def _taken(
    runner: asyncio.Runner,
    size: int,
    loops: dict[str, Loop[str]],
    calls: int,
) -> dict[str, float]:
    def keys() -> Sequence[str]:
        return [f"caller:{random.randrange(size)}" for _ in range(calls)]

    made = {name: seconds_per_await(runner, loop, keys) for name, loop in loops.items()}
    medians(1, made)
    return micros(medians(ROUNDS, made))


def each(acquire: Acquire) -> Loop[str]:
    async def loop(keys: Sequence[str]) -> None:
        for key in keys:
            await acquire(key)

    return loop


def turning(acquire: Acquire) -> Loop[str]:
    async def loop(keys: Sequence[str]) -> None:
        for key in keys:
            await acquire(key)
            await asyncio.sleep(0)

    return loop
