"""Links to a Redis that says all sorts of things, is demoted, or hears nothing from a loop that is held up.

    python drills/redis_link.py [--links 100]

Prints how soon the last of the links was back after the cause had ended, and exits with 1 if one was late.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from places_core.clock import SystemClock
from places_core.ports import Context
from places_core.settings import Config
from places_redis.address import Address
from places_redis.multiplexer import Multiplexer, RedisDown, shared_multiplexer
from places_redis.settings import RedisSettings
from places_redis.testing import INSTALL, MovingName, RedisServer, ScriptedRedis, servers


Start = Callable[..., Awaitable[RedisServer]]
Part = Callable[[Start, Path, int], Awaitable[None]]

BACK_WITHIN, WRITES_WITHIN = 2.0, 3.0
ANSWERS = {
    "BUSY": "-BUSY Redis is busy running a script.",
    "MISCONF": "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist.",
    "NOPERM": "-NOPERM this user has no permissions to run the command",
    "READONLY": "-READONLY You can't write against a read only replica.",
    "LOADING": "-LOADING Redis is loading the dataset in memory",
    "exception": "?",
    "hangs up": "",
}
LASTS = 0.8  # seconds that an answer is given, enough for a look
READ, WRITE = ("GET", "drill"), ("SET", "drill", "value", "PX", 60_000)
late: list[str] = []


def report(what: str, took: Iterable[float], goal: float) -> None:
    """Print a figure, and remember it if it misses its goal."""
    times = list(took)
    print(f"{what:52} {len(times):4} back, the last after {max(times):5.2f} s  (goal {goal:g} s)", flush=True)
    if max(times) > goal:
        late.append(what)


async def well(redis: Multiplexer, *commands: tuple[str | int, ...]) -> bool:
    try:
        await redis.ask_all(commands)
    except (RedisDown, RedisError):
        return False
    return True


async def back(redis: Multiplexer, since: float, *commands: tuple[str | int, ...]) -> float:
    """Return how long after a moment the commands worked, and did so half a second later too."""
    while time.monotonic() < since + 20:
        if await well(redis, *commands):
            first = time.monotonic()
            await asyncio.sleep(0.5)
            if await well(redis, *commands):
                return first - since
        await asyncio.sleep(0.02)
    return float("inf")


@asynccontextmanager
async def linked(url: str, number: int) -> AsyncIterator[list[Multiplexer]]:
    """Yield links as so many processes would have them."""
    async with AsyncExitStack() as stack:
        made = RedisSettings(url=Address.parse(url))
        contexts = [Context(Config(), SystemClock(), lambda event: None) for _ in range(number)]
        yield [await stack.enter_async_context(shared_multiplexer(made, context)) for context in contexts]


async def all_back(links: list[Multiplexer], since: float, *commands: tuple[str | int, ...]) -> list[float]:
    return await asyncio.gather(*(back(redis, since, *(commands or (READ, WRITE))) for redis in links))


async def one_by_one(links: list[Multiplexer]) -> None:
    """Use the links within half a second, so that they do not look for the server at one moment."""
    for redis in links:
        await well(redis, READ, WRITE)
        await asyncio.sleep(0.5 / len(links))


async def replies(_: Start, __: Path, number: int) -> None:
    """Answer the probe of a server that had died, and then the commands of links that work."""
    for name, answer in ANSWERS.items():
        for to in ("the look", "commands"):
            server = ScriptedRedis({"*": ""} if to == "the look" else {})
            async with server.listening() as url, linked(url, number) as links:
                await one_by_one(links)
                server.answers["*"] = answer
                await one_by_one(links)
                await asyncio.sleep(LASTS)
                server.answers.clear()
                report(f"{name} to {to}", await all_back(links, time.monotonic()), BACK_WITHIN)


async def moved_name(start: Start, _: Path, number: int) -> None:
    """Demote a primary, and let its name move to the new one 2 seconds later."""
    old, new = await start(), await start()
    moving = MovingName(old.port)
    async with moving.listening() as url, linked(url, number // 10) as links:
        writes = [WRITE] * 200
        await asyncio.gather(*(well(redis, *writes) for redis in links))
        await told(old, "REPLICAOF", "127.0.0.1", new.port)
        using = [asyncio.create_task(keep_using(redis)) for redis in links]
        await asyncio.sleep(2)
        moving.target, since = new.port, time.monotonic()
        report("demoted primary, name moved: writes", await all_back(links, since, *writes), WRITES_WITHIN)
        await ended(using)


async def held_up_loop(start: Start, _: Path, number: int) -> None:
    """Hold the event loop up for 2 seconds while commands are under way."""
    server = await start()
    async with linked(server.url, number) as links:
        asked = [redis.ask(*READ) for redis in links for _ in range(10)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        time.sleep(2)  # noqa: ASYNC251 - this is the drill
        faults = sum(
            isinstance(reply, Exception) for reply in await asyncio.gather(*asked, return_exceptions=True)
        )
    print(f"{'event loop held up for 2 s':52} {faults:4} faults of {len(asked)} commands  (goal 0)")
    if faults:
        late.append("held-up loop")


async def keep_using(redis: Multiplexer, *commands: tuple[str | int, ...]) -> None:
    """Ask again and again, as the questions of a service would."""
    while True:
        await well(redis, *(commands or (READ, WRITE)))
        await asyncio.sleep(0.1)


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def told(server: RedisServer, *command: str | int) -> Any:
    """Send a server a command and return its reply."""
    async with Redis.from_url(server.url) as client:
        return await client.execute_command(*command)


@asynccontextmanager
async def starting() -> AsyncIterator[Start]:
    """Yield what starts servers, which are killed afterwards."""
    found = servers()
    if not found:
        sys.exit(f"this drill needs a real Redis server: {INSTALL}")
    program = next(iter(found.values()))
    with ExitStack() as stack:

        async def start(*options: str, **more: Any) -> RedisServer:
            server = RedisServer(program, options, **more)
            stack.callback(server.kill)
            await asyncio.to_thread(server.start)
            return server

        yield start


async def drill(number: int, *parts: Part) -> None:
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of a loop that is held up
    for part in parts:
        with TemporaryDirectory() as folder:
            async with starting() as start:
                await part(start, Path(folder), number)
    if late:
        sys.exit(f"late or broken: {', '.join(late)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--links", type=int, default=100)
    asyncio.run(drill(parser.parse_args().links, replies, moved_name, held_up_loop))


if __name__ == "__main__":
    main()
