"""Open the providers that the settings name, and put the pipeline together."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

from attrs import define

from .builtin.memory_limiter import MemoryLimiter
from .clock import Clock
from .config import settings_of
from .errors import PlacesError, PluginError
from .pipeline import Proceed, Stage, chained
from .pipeline.breaker import Break
from .pipeline.cache import CacheLookup
from .pipeline.call import Call
from .pipeline.fallback import Branch, Fallback
from .pipeline.guard import Guard
from .pipeline.keep import Keep
from .pipeline.limiter import Limit
from .pipeline.observe import Observe
from .pipeline.reports import Reports
from .pipeline.retry import Retry
from .pipeline.shelf import Shelf
from .pipeline.single_flight import SingleFlight
from .plugins import Plugins
from .plugins.selection import backend_names
from .ports import Backend, Breaker, Cache, Context, Health, Limiter, Provider
from .settings import Config


@define
class Assembly:
    """The opened providers, and the way through them."""

    config: Config
    backends: tuple[Backend, ...]
    cache: Cache
    limiter: Limiter
    breaker: Breaker
    reports: Reports
    proceed: Proceed

    def ready(self) -> bool:
        """Whether there is a backend whose breaker has not opened, as far as this process was told."""
        return any(self.reports.breakers.get(backend.name) != "open" for backend in self.backends)

    async def status(self) -> dict[str, Any]:
        return {
            "ready": self.ready(),
            "backends": [await self._backend(backend) for backend in self.backends],
            "cache": {"provider": self.cache.name, **await self._stats()},
            "limiter": {"provider": self.limiter.name, "rate": self.config.limiter.rate},
            "breaker": {"provider": self.breaker.name},
            "metrics": self.reports.snapshot(),
            "faults": self.reports.summary(),
        }

    async def _backend(self, backend: Backend) -> dict[str, Any]:
        health = await _health(backend)
        state = await self.breaker.state(backend.name)
        offers, attribution = list(backend.offers()), backend.terms.attribution
        return {
            "name": backend.name,
            "ok": health.ok,
            "detail": health.detail,
            "breaker": state,
            "offers": offers,
            "attribution": attribution,
        }

    async def _stats(self) -> Mapping[str, float]:
        try:
            return await self.cache.stats()
        except Exception as error:  # noqa: BLE001 - a dead cache is something to show, not to fail on
            return {"error": f"{type(error).__name__}: {error}"}  # type: ignore[dict-item]


async def _health(backend: Backend) -> Health:
    try:
        return await backend.health()
    except Exception as error:  # noqa: BLE001 - an unwell backend is something to show, not to fail on
        return Health(ok=False, detail=f"{type(error).__name__}: {error}")


async def assemble(config: Config, plugins: Plugins, clock: Clock, exits: AsyncExitStack) -> Assembly:
    """Open everything; what was opened is closed with `exits`, the pipeline before its providers."""
    reports = Reports()
    opener = _Opener(config, clock, reports, plugins, exits)
    for name in config.metrics.providers:
        reports.metrics.append(await opener.opened("metrics", name))
    names = backend_names(config, plugins.providers("backends"))
    backends: tuple[Backend, ...] = tuple([await opener.opened("backends", name) for name in names])
    cache: Cache = await opener.opened("caches", config.cache.provider)
    limiter: Limiter = await opener.opened("limiters", config.limiter.provider)
    breaker: Breaker = await opener.opened("breakers", config.breaker.provider)

    branches = _Branches(config, clock, limiter, breaker, reports)
    fallback = Fallback([branches.of(each) for each in backends], config.retry.deadline, clock, reports)
    terms = {backend.name: backend.terms for backend in backends}
    shelf = Shelf(cache, config.cache, terms, clock, Guard(f"cache.{cache.name}", reports))
    flight = SingleFlight()
    exits.push_async_callback(flight.close)
    exits.push_async_callback(shelf.close)
    front = _front(Observe(clock, reports), flight, shelf)
    return Assembly(config, backends, cache, limiter, breaker, reports, chained(front, fallback))


def _front(observe: Observe, flight: SingleFlight, shelf: Shelf) -> tuple[Stage, ...]:
    """Order the stages in front of the backends."""
    if shelf.cache.name == "none":
        return observe, flight
    return observe, CacheLookup(shelf), flight, Keep(shelf)


@define
class _Opener:
    """Opens providers, and closes them with `exits`."""

    config: Config
    clock: Clock
    reports: Reports
    plugins: Plugins
    exits: AsyncExitStack

    async def opened(self, slot: str, name: str) -> Any:
        try:
            return await self.exits.enter_async_context(self._opening(slot, name))
        except PlacesError:
            raise
        except Exception as error:
            raise PluginError(f"{name} did not open: {type(error).__name__}: {error}") from error

    def _opening(self, slot: str, name: str) -> AbstractAsyncContextManager[Any]:
        provider: type[Provider] = self.plugins.provider(slot, name)
        context = Context(self.config, self.clock, self.reports, partial(self._opening, "key_sources"))
        return provider.open(settings_of(provider, self.config), context)


@define
class _Branches:
    """Puts the stages of one backend together."""

    config: Config
    clock: Clock
    limiter: Limiter
    breaker: Breaker
    reports: Reports

    def of(self, backend: Backend) -> Branch:
        name, reports = backend.name, self.reports
        substitute = MemoryLimiter.made(self.config.limiter, self.clock)
        limited = not backend.embedded or self.config.limiter.rate != "auto"
        limit = Limit(self.limiter, substitute, name, Guard(f"limiter.{self.limiter.name}", reports))
        stages: tuple[Stage, ...] = (
            Retry(self.config.retry, self.clock),
            Break(self.breaker, name, Guard(f"breaker.{self.breaker.name}", reports)),
            *([limit] if limited else []),
        )
        return Branch(backend, chained(stages, Call(backend, self.clock, reports)))
