"""`places cache`: inspect and clear the cache."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable

from ..clock import SystemClock
from ..ports import Cache
from . import render
from .commands import Commands, settings, start_logging


def add_commands(commands: Commands) -> None:
    examples = (
        "places cache stats",
        "places cache get 'search_text:coffee?…'",
        "places cache clear 'search_text:*'",
    )
    parser = commands.add("cache", "inspect and clear the cache", stats, examples)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("stats", help="show cache statistics").set_defaults(run=stats)
    get = actions.add_parser("get", help="show the entry stored under a key")
    get.add_argument("key", metavar="KEY", help="operation:text?fields@backends#edition, as logged with -v")
    get.set_defaults(run=show)
    delete = actions.add_parser("clear", help="delete the entries whose keys match a shell pattern")
    delete.add_argument("pattern", metavar="PATTERN", help="such as 'search_text:*', or '*' for all")
    delete.set_defaults(run=clear)


def stats(options: Namespace) -> int:
    async def act(cache: Cache) -> int:
        entries = await cache.count()
        figures = {"entries": entries} if entries is not None else {}
        rows = [(name, f"{figure:.0f}") for name, figure in {**figures, **await cache.stats()}.items()]
        print(render.table(rows, ("STATISTIC", "VALUE")))
        return 0

    return _with_cache(options, act)


def show(options: Namespace) -> int:
    from ..pipeline.envelope import NOT_FOUND, Envelope

    async def act(cache: Cache) -> int:
        raw = await cache.get(options.key)
        if raw is None:
            print(f"error: nothing is cached under {options.key!r}", file=sys.stderr)
            return 1
        try:
            envelope = Envelope.unsealed(options.key, raw)
        except ValueError as error:
            print(f"error: {error}: {options.key!r}", file=sys.stderr)
            return 1
        now = cache.time_source(SystemClock())()
        kind = "not-found result" if envelope.kind == NOT_FOUND else f"answer from {envelope.backend}"
        print(f"{kind}, {len(envelope.body)} bytes", file=sys.stderr)
        left = envelope.fresh_until - now
        fresh = f"fresh for another {left:.0f} s" if left > 0 else f"stale for {-left:.0f} s"
        print(f"{now - envelope.stored:.0f} s old, {fresh}", file=sys.stderr)
        print(envelope.body.decode(errors="replace"))
        return 0

    return _with_cache(options, act)


def clear(options: Namespace) -> int:
    async def act(cache: Cache) -> int:
        count = await cache.clear(options.pattern)
        print(f"deleted {count} {'entry' if count == 1 else 'entries'}")
        return 0

    return _with_cache(options, act)


def _with_cache(options: Namespace, act: Callable[[Cache], Awaitable[int]]) -> int:
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose)
    if loaded.config.cache.provider == "memory":
        print(
            "note: each process has its own memory cache; this command sees only its own",
            file=sys.stderr,
        )

    async def ask() -> int:
        from ..stack.assembly import opened_cache  # not at the top: --help does not need it

        async with opened_cache(loaded.config, options.plugins) as cache:
            return await act(cache)

    return asyncio.run(ask())
