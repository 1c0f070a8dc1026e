"""`places cache`: look at what is kept, and forget it."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable

from ..ports import Cache
from . import render
from .commands import Commands, settings, start_logging


def add_commands(commands: Commands) -> None:
    examples = (
        "places cache stats",
        "places cache get 'search_text:coffee?…'",
        "places cache clear 'search_text:*'",
    )
    parser = commands.add("cache", "look at what the cache keeps, and forget it", stats, examples)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("stats", help="count what is kept").set_defaults(run=stats)
    get = actions.add_parser("get", help="show what is kept under a key")
    get.add_argument("key", metavar="KEY", help="operation:text?fields@backends, as -v shows it")
    get.set_defaults(run=show)
    clear = actions.add_parser("clear", help="forget the keys that match a shell pattern")
    clear.add_argument("pattern", metavar="PATTERN", help="such as 'search_text:*', or '*' for all")
    clear.set_defaults(run=forget)


def stats(options: Namespace) -> int:
    async def act(cache: Cache) -> int:
        figures = await cache.stats()
        print(render.table([(name, f"{figure:g}") for name, figure in figures.items()], ("WHAT", "COUNT")))
        return 0

    return _with_cache(options, act)


def show(options: Namespace) -> int:
    from ..pipeline.envelope import NOT_FOUND, Envelope

    async def act(cache: Cache) -> int:
        raw = await cache.get(options.key)
        envelope = None if raw is None else Envelope.unpacked(raw)
        if envelope is None:
            print(f"error: nothing is kept under {options.key!r}", file=sys.stderr)
            return 1
        now = time.time()
        kept = "the fact that there is no such place" if envelope.kind == NOT_FOUND else "an answer"
        print(f"{kept} of {envelope.backend or 'the stack'}, {len(envelope.body)} bytes", file=sys.stderr)
        left = envelope.fresh_until - now
        fresh = f"fresh for {left:.0f} s" if left > 0 else f"stale since {-left:.0f} s"
        print(f"{now - envelope.stored:.0f} s old, {fresh}", file=sys.stderr)
        print(envelope.body.decode(errors="replace"))
        return 0

    return _with_cache(options, act)


def forget(options: Namespace) -> int:
    async def act(cache: Cache) -> int:
        count = await cache.clear(options.pattern)
        print(f"forgot {count} {'answer' if count == 1 else 'answers'}")
        return 0

    return _with_cache(options, act)


def _with_cache(options: Namespace, act: Callable[[Cache], Awaitable[int]]) -> int:
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose)
    if loaded.config.cache.provider == "memory":
        print(
            "note: each process has a memory cache of its own; this is the one of this command",
            file=sys.stderr,
        )

    async def ask() -> int:
        from ..stack.assembly import opened_cache  # not at the top: --help needs none of it

        async with opened_cache(loaded.config, options.plugins) as cache:
            return await act(cache)

    return asyncio.run(ask())
