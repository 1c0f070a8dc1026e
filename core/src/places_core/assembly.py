"""Open the providers that the settings name, and close them in the opposite order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from attrs import Factory, define, evolve

from .clock import Clock, SystemClock
from .config import settings_of
from .errors import PlacesError, PluginError
from .parts import Parts
from .pipeline import Proceed
from .pipeline.order import pipeline
from .pipeline.reports import Reports
from .plugins import Plugins
from .plugins.selection import backend_names
from .ports import Backend, Breaker, Cache, Context, Limiter, Provider
from .settings import Config


async def assemble(
    config: Config, plugins: Plugins, clock: Clock, exits: AsyncExitStack
) -> tuple[Parts, Proceed]:
    """Open everything; what was opened is closed with `exits`, the pipeline before its providers."""
    reports = Reports()
    opener = _Opener(config, clock, reports, plugins, exits)
    for name in config.metrics.providers:
        reports.metrics.append(await opener.opened("metrics", name))
    names = backend_names(config, plugins.providers("backends"))
    backends: tuple[Backend, ...] = tuple([await opener.opened("backends", name) for name in names])
    cache: Cache = await opener.opened("caches", config.cache.provider)
    limiter: Limiter = await opener.opened("limiters", config.limiter.provider)
    callers: Limiter | None = None
    if config.limiter.caller_rate != "none":
        settings = evolve(config.limiter, rate=config.limiter.caller_rate)
        of_callers = evolve(opener, config=evolve(config, limiter=settings))
        callers = await of_callers.opened("limiters", config.limiter.provider)
    breaker: Breaker = await opener.opened("breakers", config.breaker.provider)

    parts = Parts(config, clock, reports, backends, cache, limiter, callers, breaker)
    return parts, pipeline(parts, exits)


@asynccontextmanager
async def opened_cache(config: Config, plugins: Plugins) -> AsyncIterator[Cache]:
    """Open the cache alone, to look at what it keeps."""
    async with AsyncExitStack() as exits:
        opener = _Opener(config, SystemClock(), Reports(), plugins, exits)
        yield await opener.opened("caches", config.cache.provider)


@define
class _Opener:
    """Opens providers, and closes them with `exits`."""

    config: Config
    clock: Clock
    reports: Reports
    plugins: Plugins
    exits: AsyncExitStack
    shared: dict[Any, Any] = Factory(dict)

    async def opened(self, slot: str, name: str) -> Any:
        try:
            return await self.exits.enter_async_context(self._opening(slot, name))
        except PlacesError:
            raise
        except Exception as error:
            raise PluginError(f"{name} did not open: {type(error).__name__}: {error}") from error

    def _opening(self, slot: str, name: str) -> AbstractAsyncContextManager[Any]:
        provider: type[Provider] = self.plugins.provider(slot, name)
        key_source = partial(self._opening, "key_sources")
        context = Context(self.config, self.clock, self.reports, key_source, self.shared)
        return provider.open(settings_of(provider, self.config), context)
