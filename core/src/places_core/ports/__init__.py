"""What a plugin writes: an abstract class for each slot, and the few values that pass through them.

A provider is a class with a `name`, a `Settings` class (attrs; secrets with `repr=False`) and `open`,
an async context manager: what it acquires there, it releases there.
"""

from __future__ import annotations

from .adapter import Adapter, Commands
from .backend import Backend, Health, Reply, Terms
from .breaker import Breaker, BreakerState
from .cache import Cache
from .limiter import Limiter, Permit
from .metrics import Metrics
from .provider import Context, KeySource, NoSettings, Provider


__all__ = [
    "Adapter",
    "Backend",
    "Breaker",
    "BreakerState",
    "Cache",
    "Commands",
    "Context",
    "Health",
    "KeySource",
    "Limiter",
    "Metrics",
    "NoSettings",
    "Permit",
    "Provider",
    "Reply",
    "Terms",
]
