"""The arithmetic of resilience, without I/O: rates, rate limits, fair queues, circuits, eviction."""

from __future__ import annotations

from .bounded_store import BoundedStore
from .circuit import CircuitBreaker
from .fair_queue import FairQueue
from .rate_limiter import RateLimiter
from .rate_limits import Bucket, CompositeLimit, RateLimit, Window, rate_limit
from .rates import Rate, check_cost, parse_rates, refusal
from .sieve import Entry, Sieve


__all__ = [
    "BoundedStore",
    "Bucket",
    "CircuitBreaker",
    "CompositeLimit",
    "Entry",
    "FairQueue",
    "Rate",
    "RateLimit",
    "RateLimiter",
    "Sieve",
    "Window",
    "check_cost",
    "parse_rates",
    "rate_limit",
    "refusal",
]
