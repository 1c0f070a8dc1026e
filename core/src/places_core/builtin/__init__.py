"""The providers that ship with places-core; they register through the same hooks as any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..hookspecs import hookimpl


if TYPE_CHECKING:
    from ..ports import Breaker, Cache, KeySource, Limiter, Metrics


@hookimpl
def places_caches() -> Iterable[type[Cache]]:
    from .aiocache import AiocacheCache
    from .memory_cache import MemoryCache
    from .none import NoCache

    return [MemoryCache, AiocacheCache, NoCache]


@hookimpl
def places_limiters() -> Iterable[type[Limiter]]:
    from .memory_limiter import MemoryLimiter
    from .none import NoLimiter

    return [MemoryLimiter, NoLimiter]


@hookimpl
def places_breakers() -> Iterable[type[Breaker]]:
    from .memory_breaker import MemoryBreaker
    from .none import NoBreaker

    return [MemoryBreaker, NoBreaker]


@hookimpl
def places_metrics() -> Iterable[type[Metrics]]:
    from .memory_metrics import MemoryMetrics

    return [MemoryMetrics]


@hookimpl
def places_key_sources() -> Iterable[type[KeySource]]:
    from .key_sources import FileKeys, SettingsKeys

    return [SettingsKeys, FileKeys]
