"""Row 1: a query whose answer is cached, in the same and in a new spelling."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from .floors import Known, Point
from .harness import Finding, medians
from .inside import REPLY, Loop, micros, opened, seconds_per_await
from .libraries import assembled


HERE = (60.17, 24.94)
TEXT = "coffee near the central station"
MANY = [(f"{TEXT} {number}", HERE) for number in range(2_000)]
CALLS, ROUNDS, RADIUS = 2_000, 15, 500.0
OFF: dict[str, Any] = {
    "limiter": {"provider": "none"},
    "breaker": {"provider": "none"},
    "retry": {"attempts": 1},
}

Asked = Sequence[tuple[str, Point]]


def measure() -> Iterable[Finding]:
    with asyncio.Runner() as runner, ExitStack() as exits:
        ours = exits.enter_context(opened(runner)).search_text
        off = exits.enter_context(opened(runner, **OFF)).search_text
        known = Known()
        for text, near in (*MANY, (TEXT, HERE)):
            known.answers[known.key(text, near, RADIUS)] = REPLY.body
            runner.run(asked(ours)([(text, near)]))
        runner.run(asked(off)(exact()))
        rivals = {
            "limit": assembled(REPLY.body, limit_first=True),
            "cache": assembled(REPLY.body, limit_first=False),
        }
        contenders: dict[str, tuple[Callable[..., Awaitable[object]], Callable[[], Asked]]] = {
            "floor": (known.search_text, exact),
            "exact": (ours, exact),
            "off": (off, exact),
            "other": (ours, others),
            "floor, others": (known.search_text, others),
            "many": (ours, lambda: MANY),
            "floor, many": (known.search_text, lambda: MANY),
            **{name: (rival, exact) for name, rival in rivals.items()},
        }
        made = {
            name: seconds_per_await(runner, asked(search), prepare)
            for name, (search, prepare) in contenders.items()
        }
        medians(1, made)
        yield from _findings(micros(medians(ROUNDS, made)))


def _findings(took: dict[str, float]) -> Iterable[Finding]:
    for what, ours, floor, theirs, goal in (
        ("warm hit, same text", "exact", "key and dict.get", "floor", "<= 0.6"),
        ("warm hit, same text, 2,000 cached", "many", "key and dict.get", "floor, many", "<= 0.6"),
        ("warm hit, new spelling", "other", "key and dict.get", "floor, others", "<= 2.0"),
        ("warm hit, same text", "exact", "libraries, limiter first", "limit", "<= 0.04"),
        ("warm hit, same text", "exact", "libraries, cache first", "cache", "<= 0.04"),
        ("warm hit, limiter, breaker, retry on", "exact", "the same, all off", "off", "<= 1.05"),
    ):
        yield Finding(1, what, floor, took[ours], took[theirs], "us", goal)


def asked(search: Callable[..., Awaitable[object]]) -> Loop[tuple[str, Point]]:
    async def loop(batch: Asked) -> None:
        for text, near in batch:
            await search(text, near=near, radius=RADIUS)

    return loop


def exact() -> Asked:
    return [(TEXT, HERE)] * CALLS


def others() -> Asked:
    """Return new spellings of the query: in another case, and a few metres away."""
    return [(_respelt(), (_beside(HERE[0]), _beside(HERE[1]))) for _ in range(CALLS)]


def _respelt() -> str:
    return "".join(random.choice((letter, letter.upper())) for letter in TEXT)


def _beside(degrees: float) -> float:
    return degrees + random.uniform(-0.0004, 0.0004)
