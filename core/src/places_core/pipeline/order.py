"""The order of the stages, written down once."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Self

from attrs import frozen

from ..algorithms.rate_limiter import RateLimiter
from ..errors import CircuitOpen, RateLimited
from ..ports import Backend, Breaker, Cache, Limiter
from . import Proceed, Stage, chained
from .answer_cache import AnswerCache
from .backend_limit import BackendLimit
from .bulkhead import Bulkhead
from .call import Call
from .caller_limit import CallerLimit
from .circuit_breaker import CircuitBreakerStage
from .components import Components
from .deadline import Deadline
from .failover_limiter import FailoverLimiter
from .fallback import Branch, Fallback
from .memory_lookup import MemoryLookup
from .observe import Observe
from .read_through import ReadThrough
from .refresher import Refresher
from .retry import Retry
from .single_flight import SingleFlight
from .watchdog import MOST_PATIENCE, Watchdog


def pipeline(components: Components, exits: AsyncExitStack) -> Proceed:
    """Put the stages around the backends; loads and refreshes that still run end with `exits`."""
    config, clock, events, cache = components.config, components.clock, components.events, components.cache
    refresher = Refresher(max(1, config.bulkhead.concurrent // 4), clock)
    watchdogs = _Watchdogs.of(components)
    answers = AnswerCache(cache, config.cache, components.backends, clock, watchdogs.cache, refresher)
    deadline, flight = Deadline(config.retry.deadline, clock), SingleFlight()
    read_through = ReadThrough(answers)
    caller_limit = _caller_limit(components, watchdogs.limiter)
    stages: tuple[Stage | None, ...] = (
        Observe(clock, events),
        MemoryLookup(answers) if cache.enabled else None,
        deadline if caller_limit else None,
        caller_limit,
        flight,
        None if caller_limit else deadline,  # followers of a load need none of their own
        read_through if cache.enabled else None,
    )
    branches = [_branch(components, backend, watchdogs) for backend in components.backends]
    fallback = Fallback(branches, config.retry.deadline, config.fallback.on_empty, clock, events)
    refresher.load = chained([deadline, flight, read_through], fallback)
    exits.push_async_callback(refresher.close)
    exits.push_async_callback(flight.close, config.drain, clock)
    return chained([stage for stage in stages if stage], fallback)


def _branch(components: Components, backend: Backend, watchdogs: _Watchdogs) -> Branch:
    """Put the stages in front of one backend."""
    config, clock, events, name = components.config, components.clock, components.events, backend.name
    slow_after = 0.0 if backend.embedded else config.breaker.slow_after  # all it can be is busy
    stages: tuple[Stage | None, ...] = (
        Retry(config.retry, clock),
        Bulkhead(config.bulkhead, name, clock),
        CircuitBreakerStage(components.breaker, name, watchdogs.breaker, slow_after),
        _backend_limit(components, backend, watchdogs.limiter),
    )
    call = Call(backend, clock, events, components.keys[name])
    return Branch(backend, chained([stage for stage in stages if stage], call))


def _backend_limit(components: Components, backend: Backend, watchdog: Watchdog) -> BackendLimit | None:
    settings, name = components.limits_of(backend), backend.name
    if settings is None:
        return None
    limiter = components.backend_limiters.get(name, components.limiter)
    substitute = RateLimiter.from_settings(settings, components.clock)
    return BackendLimit(FailoverLimiter(limiter, substitute, watchdog, f"limit calls to {name}"), name)


def _caller_limit(components: Components, watchdog: Watchdog) -> CallerLimit | None:
    if components.caller_limiter is None:
        return None
    substitute = RateLimiter.from_settings(components.config.limiter.of_a_caller, components.clock)
    return CallerLimit(FailoverLimiter(components.caller_limiter, substitute, watchdog, "limit callers"))


@frozen
class _Watchdogs:
    """One for each part of the infrastructure, so that all stages know when it is down."""

    cache: Watchdog
    limiter: Watchdog
    breaker: Watchdog

    @classmethod
    def of(cls, components: Components) -> Self:
        # A tenth of the deadline: several parts may hang, and the backend needs time too.
        patience = min(MOST_PATIENCE, components.config.retry.deadline / 10)
        cache, limiter, breaker = components.cache, components.limiter, components.breaker

        def watchdog(slot: str, part: Cache | Limiter | Breaker, *answers: type[Exception]) -> Watchdog:
            name, may_hang = f"{slot}.{part.name}", not part.in_process
            return Watchdog(name, components.events, components.clock, patience, may_hang, answers)

        return cls(
            watchdog("cache", cache),
            watchdog("limiter", limiter, RateLimited),
            watchdog("breaker", breaker, CircuitOpen),
        )
