"""Test suites for backends, caches, limiters, breakers and metrics: inherit one and provide its fixture."""

from __future__ import annotations

from .backend import BackendContract
from .breaker import BreakerContract
from .cache import CacheContract
from .limiter import LimiterContract
from .metrics import MetricsContract


__all__ = ["BackendContract", "BreakerContract", "CacheContract", "LimiterContract", "MetricsContract"]
