"""Open the providers that the settings name, and close them in the opposite order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from attrs import Factory, define, evolve

from ..clock import Clock, SystemClock
from ..config import settings_of
from ..errors import PlacesError, PluginError
from ..fault_injection import FaultInjection, load_plan
from ..pipeline import Proceed
from ..pipeline.components import Components
from ..pipeline.order import pipeline
from ..plugins import Plugins
from ..plugins.selection import backend_names
from ..ports import Cache, Context, Limiter, Provider
from ..settings import Config, LimiterSettings
from ..telemetry.event_bus import EventBus
from ..telemetry.key_monitor import KeyMonitor


async def assemble(
    config: Config, plugins: Plugins, clock: Clock, exits: AsyncExitStack
) -> tuple[Components, Proceed]:
    """Open everything; what was opened is closed with `exits`, the pipeline before its providers."""
    events = EventBus(clock=clock)
    faults = FaultInjection(load_plan(config.fault_plan), clock) if config.fault_plan else None
    opener = _Opener(config, clock, events, plugins, exits, faults)
    for name in config.metrics.providers:
        events.metrics.append(await opener.open("metrics", name))
    names = backend_names(config, plugins.providers("backends"))
    own = config.limiter.of_backends
    components = Components(
        config,
        clock,
        events,
        backends=tuple([await opener.open("backends", name) for name in names]),
        cache=await opener.open("caches", config.cache.provider),
        limiter=await opener.open("limiters", config.limiter.provider),
        backend_limiters={name: await _limiter(opener, own[name]) for name in names if name in own},
        caller_limiter=await _caller_limiter(opener),
        breaker=await opener.open("breakers", config.breaker.provider),
        keys={name: KeyMonitor(name, config.breaker, clock, events) for name in names},
        faults=faults,
    )
    if faults:
        faults.announce()
    return components, pipeline(components, exits)


async def _caller_limiter(opener: _Opener) -> Limiter | None:
    """Open a limiter with the rate of a caller, if callers are limited."""
    settings = opener.config.limiter
    return None if settings.caller_rate == "none" else await _limiter(opener, settings.of_a_caller)


async def _limiter(opener: _Opener, settings: LimiterSettings) -> Limiter:
    """Open one more limiter, with other settings than those of the stack."""
    other = evolve(opener, config=evolve(opener.config, limiter=settings))
    limiter: Limiter = await other.open("limiters", settings.provider)
    return limiter


@asynccontextmanager
async def opened_cache(config: Config, plugins: Plugins) -> AsyncIterator[Cache]:
    """Open the cache alone, to look at what it keeps."""
    async with AsyncExitStack() as exits:
        opener = _Opener(config, SystemClock(), EventBus(), plugins, exits)
        yield await opener.open("caches", config.cache.provider)


@define
class _Opener:
    """Opens providers, and closes them with `exits`."""

    config: Config
    clock: Clock
    events: EventBus
    plugins: Plugins
    exits: AsyncExitStack
    faults: FaultInjection | None = None
    shared: dict[Any, Any] = Factory(dict)

    async def open(self, slot: str, name: str) -> Any:
        try:
            provider = await self.exits.enter_async_context(self._opening(slot, name))
        except PlacesError:
            raise
        except Exception as error:
            raise PluginError(f"{name} did not open: {type(error).__name__}: {error}") from error
        return self.faults.disturb(provider) if self.faults else provider

    def _opening(self, slot: str, name: str) -> AbstractAsyncContextManager[Any]:
        provider: type[Provider] = self.plugins.provider(slot, name)
        key_source = partial(self._opening, "key_sources")
        settings = settings_of(provider, self.config, self.plugins.settings_converter(provider))
        context = Context(self.config, self.clock, self.events, key_source, self.shared)
        return provider.open(settings, context)
