"""The order of the stages, written down once."""

from __future__ import annotations

from contextlib import AsyncExitStack

from attrs import evolve

from ..builtin.memory_limiter import MemoryLimiter
from ..parts import Parts
from ..ports import Backend, Limiter
from . import Proceed, Stage, chained
from .admit import Admit
from .breaker import Break
from .bulkhead import Bulkhead
from .cache import CacheLookup
from .call import Call
from .fallback import Branch, Fallback
from .guard import Guard
from .keep import Keep
from .limiter import Gate, Limit
from .observe import Observe
from .retry import Retry
from .shelf import Shelf
from .single_flight import SingleFlight


def pipeline(parts: Parts, exits: AsyncExitStack) -> Proceed:
    """Put the stages around the backends; what still runs when `exits` close is ended by then."""
    config, clock, reports = parts.config, parts.clock, parts.reports
    terms = {backend.name: backend.terms for backend in parts.backends}
    shelf = Shelf(parts.cache, config.cache, terms, clock, Guard(f"cache.{parts.cache.name}", reports))
    cached, flight = parts.cache.name != "none", SingleFlight()
    stages: tuple[Stage | None, ...] = (
        Observe(clock, reports),
        CacheLookup(shelf) if cached else None,
        Admit(_gate(parts, parts.caller_limiter)) if parts.caller_limiter else None,
        flight,
        Keep(shelf) if cached else None,
    )
    branches = [branch(parts, backend) for backend in parts.backends]
    fallback = Fallback(branches, config.retry.deadline, config.fallback.on_empty, clock, reports)
    exits.push_async_callback(shelf.close)
    exits.push_async_callback(flight.close, config.drain, clock)
    return chained([stage for stage in stages if stage], fallback)


def branch(parts: Parts, backend: Backend) -> Branch:
    """Put the stages in front of one backend."""
    config, clock, reports, name = parts.config, parts.clock, parts.reports, backend.name
    limited = not backend.embedded or config.limiter.rate != "auto"
    stages: tuple[Stage | None, ...] = (
        Retry(config.retry, clock),
        Bulkhead(config.bulkhead, name, clock),
        Break(parts.breaker, name, Guard(f"breaker.{parts.breaker.name}", reports)),
        Limit(_gate(parts, parts.limiter), name) if limited else None,
    )
    return Branch(backend, chained([stage for stage in stages if stage], Call(backend, clock, reports)))


def _gate(parts: Parts, limiter: Limiter) -> Gate:
    settings = parts.config.limiter
    if limiter is parts.caller_limiter:
        settings = evolve(settings, rate=settings.caller_rate)
    guard = Guard(f"limiter.{limiter.name}", parts.reports)
    return Gate(limiter, MemoryLimiter.made(settings, parts.clock), guard)
