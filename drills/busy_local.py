"""Eight callers send the backend `local` the most expensive queries known, in this process and over HTTP.

    python drills/busy_local.py [--index PATH] [--seconds 1.5]

Prints how long the event loop was held up, and what a query costs; exits with 1 if a guarantee was violated.
Other programs can only hold up the loop for longer: of some rounds, the best one counts.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any

from aiohttp import ClientSession
from attrs import Factory, define

from places_core import Places
from places_core.errors import InvalidRequest
from places_core.models import Circle, LatLng, NearbySearch, Query, TextSearch
from places_local.embedded import elements
from places_local.index.normalize import tokenize


CALLERS, ROUNDS, BEAT = 8, 3, 0.01
WORST_GAP = 0.05
SLOWDOWN, NOISE = 5, 0.02
"""By how much a probe may be slower under load, and what it may take on any machine, in seconds."""
CIRCLE = Circle(center=LatLng(latitude=60.171, longitude=24.941), radius=50_000)
SETTINGS: dict[str, Any] = {"backend": "local", "cache": {"provider": "none"}}


def texts() -> list[str]:
    """Return texts of up to 2,000 characters: words of the index, prefixes, and misspellings of both."""
    words = sorted({word for element in elements() for word in tokenize(element.tags["name"])})
    long = [word for word in words if len(word) > 5]
    return [
        " ".join(words)[:2_000],
        " ".join(word for word in words if len(word) == 3)[:2_000],
        " ".join(f"{word}q" for word in long)[:2_000],
        " ".join(f"{word}q" for word in long[:16]),
        " ".join("abdehiklmnoprstu"),
        "helsinki zzzzz",
        "cafe",
    ]


def queries() -> list[Query]:
    types = ["restaurant", "store", "bar", "cafe"]
    return [
        *map(TextSearch, texts()),
        *(TextSearch(text, location_bias=CIRCLE, rank_preference="DISTANCE") for text in texts()),
        NearbySearch(CIRCLE, rank_preference="POPULARITY"),
        NearbySearch(CIRCLE, rank_preference="POPULARITY", included_types=types),
        NearbySearch(CIRCLE, rank_preference="DISTANCE", excluded_types=types),
    ]


@define
class Drill:
    settings: dict[str, Any]
    seconds: float
    faults: list[str] = Factory(list)

    async def run(self) -> None:
        async with Places.open(SETTINGS | self.settings) as places:
            await self._check_costs(places)
            gaps = [await self._worst_gap(places) for _ in range(ROUNDS)]
        print("longest wait of the loop, per round:", ", ".join(f"{gap * 1000:.0f} ms" for gap in gaps))
        self._expect("the loop is held up for", min(gaps), WORST_GAP)
        idle, busy = [], []
        async with served(self.settings) as url, ClientSession(url) as session:
            for _ in range(ROUNDS):
                idle.append(await self._probe(session, callers=0))
                busy.append(await self._probe(session, callers=CALLERS))
        print("99 of 100 probes, idle:", _milliseconds(idle), "and under load:", _milliseconds(busy))
        self._expect("/healthz takes", min(busy), max(SLOWDOWN * statistics.median(idle), NOISE))

    async def _check_costs(self, places: Places) -> None:
        """Compare the computing time of texts; the least of some tries counts."""
        costs = dict.fromkeys((100, 500), math.inf)
        for number in [*costs] * ROUNDS:
            start = time.process_time()
            await places.search_text(" ".join(f"{at:03}" for at in range(number)))
            costs[number] = min(costs[number], time.process_time() - start)
        self._expect("500 words cost", costs[500], 5 * costs[100])

    async def _worst_gap(self, places: Places) -> float:
        """Return the longest time that the loop was late for a heartbeat while all callers search."""
        end, worst, asked = time.monotonic() + self.seconds, 0.0, cycle(queries())

        async def call() -> None:
            while time.monotonic() < end:
                try:
                    await places.ask(next(asked))
                except InvalidRequest as error:
                    print(f"refused: {str(error)[:80]}…")

        callers = [asyncio.create_task(call()) for _ in range(CALLERS)]
        while time.monotonic() < end:
            start = time.monotonic()
            await asyncio.sleep(BEAT)
            worst = max(worst, time.monotonic() - start - BEAT)
        await asyncio.gather(*callers)
        return worst

    async def _probe(self, session: ClientSession, callers: int) -> float:
        """Return the 99th percentile of the time that `/healthz` takes while some callers search."""
        end, asked, took = time.monotonic() + self.seconds, cycle(texts()), []

        async def call() -> None:
            while time.monotonic() < end:
                await (await session.post("/v1/places:searchText", json={"textQuery": next(asked)})).read()

        tasks = [asyncio.create_task(call()) for _ in range(callers)]
        while time.monotonic() < end:
            start = time.perf_counter()
            await (await session.get("/healthz")).read()
            took.append(time.perf_counter() - start)
            await asyncio.sleep(BEAT)
        await asyncio.gather(*tasks)
        return statistics.quantiles(took, n=100)[-1]

    def _expect(self, what: str, found: float, most: float) -> None:
        kept = found <= most
        print(
            f"{'kept  ' if kept else 'BROKEN'}  {what} {found * 1000:.1f} ms (at most {most * 1000:.1f} ms)"
        )
        if not kept:
            self.faults.append(what)


@asynccontextmanager
async def served(settings: dict[str, Any]) -> AsyncIterator[str]:
    """Serve HTTP from another process, and yield the address."""
    path = settings.get("plugins", {}).get("local", {}).get("path")
    environment = {"PLACES_BACKEND": "local", "PLACES_CACHE__PROVIDER": "none"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "places_core.cli", "serve", "http", "--port", "0"),
        env={**os.environ, **environment, **({"PLACES_PLUGINS__LOCAL__PATH": path} if path else {})},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        yield (await process.stderr.readline()).decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


def _milliseconds(times: Iterable[float]) -> str:
    return ", ".join(f"{each * 1000:.1f} ms" for each in times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", metavar="PATH", help="an index to search instead of the embedded one")
    parser.add_argument("--seconds", type=float, default=1.5, help="duration of each round")
    options = parser.parse_args()
    drill = Drill({"plugins": {"local": {"path": options.index}}} if options.index else {}, options.seconds)
    asyncio.run(drill.run())
    return 1 if drill.faults else 0


if __name__ == "__main__":
    sys.exit(main())
