"""`clear` on a Redis server that holds a million keys of another application, which keeps using it.

    python drills/foreign_keys.py [--foreign 1000000] [--own 20000]

Prints how many keys were deleted, how many foreign ones are left, which commands the server received, and how
long other clients had to wait.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter

from redis.asyncio import Redis

from places_core.clock import SystemClock
from places_core.ports import Context
from places_core.settings import Config
from places_redis.address import Address
from places_redis.cache import RedisCache
from places_redis.settings import RedisSettings
from places_redis.testing import INSTALL, RedisServer, servers


FILL = "for i = ARGV[2], ARGV[3] do redis.call('SET', ARGV[1] .. i, 'value') end"
FORBIDDEN = {"KEYS", "FLUSHDB", "FLUSHALL"}
STEP = 50_000


async def fill(redis: Redis, prefix: str, count: int) -> None:
    for start in range(0, count, STEP):
        await redis.eval(FILL, 0, prefix, start, min(start + STEP, count) - 1)


async def listen(port: int, seen: Counter[str]) -> None:
    """Count the commands that the server receives, as reported by MONITOR."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    writer.write(b"MONITOR\r\n")
    await reader.readline()
    try:
        while line := await reader.readline():
            seen[line.split(b'"')[1].decode().upper()] += 1
    finally:
        writer.close()


async def ping(redis: Redis, waits: list[float], over: asyncio.Event) -> None:
    """Ping the server as another client would, and record how long each answer takes.

    Stopped by an event, because redis-py may swallow a cancellation.
    """
    while not over.is_set():
        start = time.perf_counter()
        await redis.echo("ping")
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.001)


async def drill(server: RedisServer, foreign: int, own: int) -> None:
    context = Context(Config(), SystemClock(), lambda event: None)
    seen, waits = Counter[str](), list[float]()
    settings = RedisSettings(url=Address.parse(server.url))
    async with Redis.from_url(server.url) as redis, RedisCache.open(settings, context) as cache:
        await fill(redis, "places-of-another-application:cache:x", foreign)
        await fill(redis, "places:cache:x", own)
        over = asyncio.Event()
        listening = asyncio.create_task(listen(server.port, seen))
        pinging = asyncio.create_task(ping(redis, waits, over))
        await asyncio.sleep(0.2)
        seen.clear()
        start = time.perf_counter()
        deleted = await cache.clear("x*")
        took = time.perf_counter() - start
        over.set()
        listening.cancel()
        await asyncio.gather(listening, pinging, return_exceptions=True)
        left = await redis.dbsize()
    waits.sort()
    print(
        f"deleted {deleted:,} of {own:,} own keys; {left:,} of {foreign:,} foreign keys are left  (goal: all)"
    )
    print(f"took {took:.2f} s; commands: {dict(seen)}; forbidden ones: {FORBIDDEN & set(seen) or 0}")
    print(
        f"other clients waited p50 {waits[len(waits) // 2] * 1000:.2f} ms, at most {waits[-1] * 1000:.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--foreign", type=int, default=1_000_000)
    parser.add_argument("--own", type=int, default=20_000)
    options = parser.parse_args()
    found = servers()
    if not found:
        sys.exit(f"this drill needs a real Redis server: {INSTALL}")
    for name, program in found.items():
        with RedisServer(program) as server:
            print(f"Redis from {name}")
            asyncio.run(drill(server, options.foreign, options.own))


if __name__ == "__main__":
    main()
