"""Baselines: what a competent engineer writes by hand if only this one thing is needed."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Hashable
from unicodedata import normalize

from attrs import Factory, define


Point = tuple[float, float]
Fetch = Callable[[], Awaitable[bytes]]


@define
class Known:
    """Answers in a dict, under a key built from the arguments."""

    answers: dict[Hashable, bytes] = Factory(dict)

    async def search_text(
        self,
        text: str,
        *,
        near: Point | None = None,
        radius: float | None = None,
        limit: int = 20,
        fields: str = "basic",
        language_code: str | None = None,
    ) -> bytes | None:
        return self.answers.get(self.key(text, near, radius, limit, fields, language_code))

    def key(
        self,
        text: str,
        near: Point | None,
        radius: float | None,
        limit: int = 20,
        fields: str = "basic",
        language_code: str | None = None,
    ) -> Hashable:
        folded = " ".join(normalize("NFKC", text).casefold().split())
        where = None if near is None else (round(near[0], 3), round(near[1], 3), radius)
        return folded, where, fields, limit, language_code


@define
class Gcra:
    """A token bucket that only says yes or no."""

    interval: float
    tolerance: float
    full_at: dict[str, float] = Factory(dict)

    async def acquire(self, key: str) -> bool:
        now = time.monotonic()
        full_at = max(self.full_at.get(key, 0.0), now) + self.interval
        if full_at - now > self.tolerance:
            return False
        self.full_at[key] = full_at
        return True


@define
class Fuse:
    """A circuit breaker that opens after five consecutive failures."""

    failures: int = 0
    until: float = 0.0

    async def call(self, fetch: Fetch) -> bytes:
        if self.until and time.monotonic() < self.until:
            raise RuntimeError("open")
        try:
            answer = await fetch()
        except Exception:
            self.failures += 1
            if self.failures >= 5:
                self.until = time.monotonic() + 10
            raise
        self.failures = 0
        return answer


@define
class Slots:
    """Two counters and a histogram as attributes."""

    requests: int = 0
    hits: int = 0
    buckets: list[int] = Factory(lambda: [0] * 10)

    def record(self, seconds: float) -> None:
        self.requests += 1
        self.hits += 1
        self.buckets[bisect_left(BUCKETS, seconds)] += 1


BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
