"""A whole stack around working fakes: no network, no key, no waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from ..clock import Clock
from ..hookspecs import hookimpl
from ..plugins import Plugins
from ..ports import Backend, Breaker, Cache, Context, Limiter, Metrics, Provider
from ..stack.places import Places
from .backend import FakeBackend
from .clock import FakeClock


class GivenPlugin:
    """A plugin that offers providers that are already open; the caller closes them."""

    def __init__(self, *providers: Provider) -> None:
        self._classes = [_class_around(provider) for provider in providers]

    def _offered(self, port: type) -> list[Any]:
        return [cls for cls in self._classes if issubclass(cls, port)]

    @hookimpl
    def places_backends(self) -> Iterable[type[Backend]]:
        return self._offered(Backend)

    @hookimpl
    def places_caches(self) -> Iterable[type[Cache]]:
        return self._offered(Cache)

    @hookimpl
    def places_limiters(self) -> Iterable[type[Limiter]]:
        return self._offered(Limiter)

    @hookimpl
    def places_breakers(self) -> Iterable[type[Breaker]]:
        return self._offered(Breaker)

    @hookimpl
    def places_metrics(self) -> Iterable[type[Metrics]]:
        return self._offered(Metrics)


def _class_around(provider: Provider) -> type[Provider]:
    @asynccontextmanager
    async def given(cls: type[Provider], settings: object, context: Context) -> AsyncIterator[Provider]:
        yield provider

    kind = type(provider)
    return type(f"Given{kind.__name__}", (kind,), {"open": classmethod(given), "__slots__": ()})


@asynccontextmanager
async def fake_places(
    backend: Backend | None = None, *others: Provider, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[Places]:
    """Open a stack around a `FakeBackend` or your own providers; `settings` are those of the TOML file.

    Without a `clock`, time is a `FakeClock` that moves when something sleeps.
    """
    clock = FakeClock(auto=True) if clock is None else clock
    backend = FakeBackend(clock) if backend is None else backend
    plugins = Plugins.load(extra=[GivenPlugin(backend, *others)], installed=False)
    backends = tuple(other.name for other in (backend, *others) if isinstance(other, Backend))
    async with Places.open({"backend": backends, **settings}, plugins=plugins, clock=clock) as places:
        yield places
