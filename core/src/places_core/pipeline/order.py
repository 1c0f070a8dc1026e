"""The order of the stages, written down once."""

from __future__ import annotations

from contextlib import AsyncExitStack

from ..algorithms.rate_limiter import RateLimiter
from ..errors import CircuitOpen, PlacesError
from ..ports import Backend, Limiter
from ..settings import LimiterSettings
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
    watchdog = _watchdog(f"cache.{cache.name}", components)
    answers = AnswerCache(cache, config.cache, components.backends, clock, watchdog, refresher)
    deadline, flight, callers = (
        Deadline(config.retry.deadline, clock),
        SingleFlight(),
        components.caller_limiter,
    )
    stages: tuple[Stage | None, ...] = (
        Observe(clock, events),
        MemoryLookup(answers) if cache.enabled else None,
        deadline,
        CallerLimit(_failover(callers, config.limiter.of_a_caller, components)) if callers else None,
        flight,
        ReadThrough(answers) if cache.enabled else None,
    )
    branches = [branch(components, backend) for backend in components.backends]
    fallback = Fallback(branches, config.retry.deadline, config.fallback.on_empty, clock, events)
    refresher.load = chained([deadline, flight, ReadThrough(answers)], fallback)
    exits.push_async_callback(refresher.close)
    exits.push_async_callback(flight.close, config.drain, clock)
    return chained([stage for stage in stages if stage], fallback)


def branch(components: Components, backend: Backend) -> Branch:
    """Put the stages in front of one backend."""
    config, clock, events = components.config, components.clock, components.events
    breaker, name = components.breaker, backend.name
    limits, limiter = components.limits_of(backend), components.backend_limiters.get(name, components.limiter)
    stages: tuple[Stage | None, ...] = (
        Retry(config.retry, clock),
        Bulkhead(config.bulkhead, name, clock),
        CircuitBreakerStage(
            breaker,
            name,
            _watchdog(f"breaker.{breaker.name}", components, CircuitOpen),
            config.breaker.slow_after,
        ),
        BackendLimit(_failover(limiter, limits, components), name) if limits else None,
    )
    call = Call(backend, clock, events, components.keys[name])
    return Branch(backend, chained([stage for stage in stages if stage], call))


def _failover(limiter: Limiter, settings: LimiterSettings, components: Components) -> FailoverLimiter:
    monitor = _watchdog(f"limiter.{limiter.name}", components, PlacesError)
    return FailoverLimiter(limiter, RateLimiter.from_settings(settings, components.clock), monitor)


def _watchdog(part: str, components: Components, answers: type[Exception] | tuple[()] = ()) -> Watchdog:
    """Let a part take a tenth of the deadline: several may hang, and the backend needs time too."""
    patience = min(MOST_PATIENCE, components.config.retry.deadline / 10)
    return Watchdog(part, components.events, components.clock, patience, answers)
