"""Many distinct queries are asked twice each, with short texts and then with texts of 2,000 characters.

    python drills/cache_memory.py [--queries 20000] [--max-bytes 10000000]

Once the cache is full, the memory of the process must not grow any more. Exits with 1 if it grows by more
than 1.5 times `cache.max_bytes` and 50 MB, or by 5 MB or more over the second half.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from pathlib import Path

from places_core import Places
from places_core.clock import SystemClock
from places_core.ports import Reply
from places_core.testing import FakeBackend, fake_places


ANSWERS = {"short": (30, b"{}"), "long": (1_990, b'{"places":[%s]}' % b",".join([b'{"id":"fake"}'] * 70))}
"""The length of the texts, and the answer to each."""
STEPS = 10
PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1_000_000


class Instant(FakeBackend):
    reply = Reply(b"")

    async def search_text(self, query: object) -> Reply:
        return self.reply


def resident() -> int:
    """Return how much memory the process holds, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def measure(places: Places, kind: str, queries: int, max_bytes: int) -> bool:
    """Ask, and return whether the memory stayed within its bounds."""
    length, body = ANSWERS[kind]
    Instant.reply = Reply(body)
    sizes = [resident()]
    for step in range(STEPS):
        for number in range(step * queries // STEPS, (step + 1) * queries // STEPS):
            text = f"{number} ".ljust(length, "x")
            for expected in ("miss", "hit"):
                assert expected == (await places.search_text(text)).trace.cache
        sizes.append(resident())
    growth, slope = sizes[-1] - sizes[0], sizes[-1] - sizes[STEPS // 2]
    allowed = 1.5 * max_bytes + 50 * MB
    kept = growth <= allowed and slope < 5 * MB
    print(f"{'kept  ' if kept else 'BROKEN'}  {queries:,} {kind} queries, asked twice: ", end="")
    print(f"{growth / MB:.1f} MB more (at most {allowed / MB:.0f}), ", end="")
    print(f"of which {slope / MB:.1f} MB in the second half (less than 5)")
    return kept


async def run(queries: int, max_bytes: int) -> bool:
    clock, caching = SystemClock(), {"max_bytes": max_bytes, "negative_ttl": 3_600}
    # A breaker remembers every call of its window, and so grows with the rate of the calls alone.
    off = {"provider": "none"}
    settings = {"limiter": off, "breaker": off, "logging": {"level": "ERROR"}}
    async with fake_places(Instant(clock), clock=clock, cache=caching, **settings) as places:
        return all([await measure(places, kind, queries, max_bytes) for kind in ANSWERS])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--max-bytes", type=int, default=10 * MB)
    options = parser.parse_args()
    return 0 if asyncio.run(run(options.queries, options.max_bytes)) else 1


if __name__ == "__main__":
    sys.exit(main())
