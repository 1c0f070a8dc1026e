"""A place search assembled from libraries: aiocache, limits, purgatory, prometheus_client."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiocache import cached  # type: ignore[import-untyped]
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from prometheus_client import CollectorRegistry, Counter, Histogram
from purgatory import AsyncCircuitBreakerFactory

from places_core.models.cache_key import folded

from .floors import Point


Search = Callable[..., Awaitable[bytes]]


def assembled(answer: bytes, *, limit_first: bool) -> Search:
    """Assemble them with their defaults; with `limit_first`, cache hits count against the limit."""
    registry = CollectorRegistry()
    requests = Counter("requests", "Queries", ["operation", "outcome"], registry=registry)
    seconds = Histogram("seconds", "Duration", ["operation"], registry=registry)
    limiter, limit = FixedWindowRateLimiter(MemoryStorage()), parse("1000000/second")

    async def backend(*_: object) -> bytes:
        return answer

    asked = AsyncCircuitBreakerFactory()("backend")(backend)

    async def limited(*question: object) -> bytes:
        if not await limiter.hit(limit, "backend"):
            raise RuntimeError("limited")
        result: bytes = await (kept if limit_first else asked)(*question)
        return result

    kept: Any = cached(ttl=300)(asked if limit_first else limited)
    inner = limited if limit_first else kept

    async def search_text(
        text: str,
        *,
        near: Point | None = None,
        radius: float | None = None,
        limit: int = 20,
        fields: str = "basic",
        language_code: str | None = None,
    ) -> bytes:
        start, outcome = time.perf_counter(), "ok"
        where = near and (round(near[0], 3), round(near[1], 3), radius)
        try:
            result: bytes = await inner(folded(text), where, limit, fields, language_code)
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            requests.labels("search_text", outcome).inc()
            seconds.labels("search_text").observe(time.perf_counter() - start)
        return result

    return search_text
