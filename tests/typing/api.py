"""The public API as programs and plugins use it: type checkers read this file, and nothing runs it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket
from typing import Any, Self, assert_type

import pytest
from attrs import define, field, frozen

from places_core import (
    Answer,
    Autocomplete,
    Circle,
    Details,
    FieldMask,
    InvalidRequest,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Place,
    Places,
    PlacesError,
    TextSearch,
    hookimpl,
)
from places_core.algorithms import BoundedStore, CircuitBreaker, RateLimiter
from places_core.clock import Clock, SystemClock
from places_core.config import load_config
from places_core.convert import Converter, dumps, from_json, loads, parse_request, request_json, to_json
from places_core.errors import (
    LONGEST_WAIT,
    CircuitOpen,
    ConfigError,
    Fault,
    NotSupported,
    RateLimited,
    Unavailable,
)
from places_core.events import Answered, CacheState, Event, Trace
from places_core.geo import distance
from places_core.models import OpeningHours, PhotoMediaResponse, PriceLevel, Query, Suggestion
from places_core.plugins import Plugins, PluginStatus
from places_core.ports import (
    Adapter,
    Backend,
    Breaker,
    BreakerState,
    Cache,
    Commands,
    Context,
    Health,
    KeySource,
    Limiter,
    Metrics,
    NoSettings,
    Permit,
    Reply,
    Terms,
)
from places_core.serving import announce, bind, port_number, stop_event, url
from places_core.settings import BreakerSettings, Config, LimiterSettings, above, at_least
from places_core.testing import (
    BackendContract,
    BreakerContract,
    CacheContract,
    FakeBackend,
    FakeClock,
    LimiterContract,
    MetricsContract,
    fake_place,
    fake_places,
)


# A program


async def program(config: Path) -> None:
    async with Places.open() as places:
        assert_type(places, Places)
    loaded = load_config(config, overrides={"cache": {"ttl": 60}}, plugins=Plugins.load())
    assert_type(loaded.config, Config)
    async with Places.open(config, clock=SystemClock(), plugins=Plugins.load()) as places:
        assert_type(places.plugins.report(), list[PluginStatus])
    async with Places.open({"backend": "local"}, cache={"ttl": 60}) as places:
        assert_type(places.config, Config)
        assert_type(places.ready(), bool)
        assert_type(await places.status(), dict[str, Any])
        await ask(places)


async def ask(places: Places) -> None:
    answer = await places.search_text("coffee", near=(60.17, 24.94), radius=500, included_type="cafe")
    assert_type(answer, Answer)
    assert_type(await places.search_nearby(LatLng(60.17, 24.94), types=["cafe"], rank="POPULARITY"), Answer)
    assert_type((await places.details("atl-1", fields="full")).place, Place | None)
    assert_type((await places.photo("places/1/photos/2", skip_http_redirect=True)).photo, PhotoMediaResponse)
    assert_type((await places.autocomplete("coff")).suggestions, tuple[Suggestion, ...])
    query: Query = TextSearch("coffee", location_bias=Circle(LatLng(60.17, 24.94), 500), page_size=5)
    assert_type(await places.ask(query, caller="web"), Answer)
    read(answer)


def read(answer: Answer) -> None:
    assert_type(answer.body, bytes)
    assert_type(answer.places, tuple[Place, ...])
    assert_type(answer.next_page_token, str | None)
    assert_type(answer.attribution, str)
    assert_type(answer.trace, Trace)
    assert_type(answer.trace.cache, CacheState)
    assert_type(answer.trace.tried, tuple[str, ...])
    for place in answer.places:
        assert_type(place.id, str | None)
        assert_type(place.rating, float | None)
        assert_type(place.price_level, PriceLevel | str | None)
        assert_type(place.regular_opening_hours, OpeningHours | None)
        assert_type(place.asked_for("rating"), bool)
        if place.location is not None:
            assert_type(distance(60.17, 24.94, place.location.latitude, place.location.longitude), float)


def queries() -> Sequence[Query]:
    text = TextSearch("coffee", fields="places.id", price_levels=[PriceLevel.MODERATE], min_rating=4)
    assert_type(text.fields, FieldMask)
    assert_type(text.cache_key, str)
    nearby = NearbySearch(Circle(LatLng(60.17, 24.94), 500), included_types="cafe")
    assert_type(nearby.included_types, tuple[str, ...])
    return [text, nearby, Details("atl-1"), PhotoMedia("a/b/c/d", max_width_px=400), Autocomplete("coff")]


def handled(error: PlacesError) -> float | None:
    assert_type(LONGEST_WAIT, int)
    match error:
        case InvalidRequest():
            assert_type(error.faults, tuple[Fault, ...])
            assert_type(error.faults[0].nearest, str | None)
        case RateLimited() | CircuitOpen():
            return assert_type(error.retry_after, float)
        case Unavailable():
            return assert_type(error.retry_after, float | None)
        case NotSupported():
            assert_type(error.offers, tuple[str, ...])
        case ConfigError():
            assert_type(error.faults, tuple[str, ...])
        case _:
            pass
    return None


def converted(body: bytes) -> bytes:
    place = assert_type(from_json(Place, loads(body)), Place)
    query = assert_type(parse_request(TextSearch, {"textQuery": "coffee"}, fields="ids"), TextSearch)
    return dumps([to_json(place), request_json(query)])


# A plugin


@frozen
class Depth:
    metres: float


@frozen
class AtlantisSettings:
    token: str = field(repr=False)
    depth: Depth = Depth(1000.0)
    pressure: float = above(0, 100.0)
    divers: int = at_least(1, 2)


@define
class Atlantis(Backend):
    name = "atlantis"
    Settings = AtlantisSettings
    terms = Terms(attribution="© Plato", keep_content=86_400)

    settings: AtlantisSettings
    clock: Clock

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: AtlantisSettings, context: Context) -> AsyncIterator[Self]:
        assert_type(context.config, Config)
        async with context.key_source("file") as source:
            assert_type(await source.keys("atlantis"), Sequence[str])
        yield cls(settings, context.clock)

    async def search_text(self, query: TextSearch) -> Reply:
        if query.page_token is not None:
            raise self.unknown_page(query.page_token)
        return Reply.of_places([{"id": "atl-1"}], query)

    async def details(self, query: Details) -> Reply:
        return Reply.of_json({"id": query.place_id}, query)

    async def health(self) -> Health:
        return Health(ok=True, detail=f"{self.settings.depth.metres} m")

    def owns(self, place_id: str) -> bool:
        return place_id.startswith("atl-")


@define
class Shelf(Cache):
    name = "shelf"

    store: BoundedStore

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(BoundedStore(context.clock, context.config.cache.max_entries))

    async def get(self, key: str) -> bytes | None:
        return self.store.read(key)

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        self.store.write(key, value, ttl)

    async def ttl(self, key: str) -> float | None:
        return self.store.time_left(key)

    async def delete(self, key: str) -> bool:
        return self.store.forget(key)

    async def clear(self, pattern: str = "*") -> int:
        return sum(self.store.forget(key) for key in self.store.matching(pattern))

    async def stats(self) -> Mapping[str, float]:
        return {"entries": len(self.store), "evictions": self.store.evictions}


@define
class Turnstile(Limiter):
    name = "turnstile"
    in_process = True

    rates: RateLimiter

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(RateLimiter.from_settings(context.config.limiter, context.clock))

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        return await self.rates.acquire(key, cost)

    async def peek(self, key: str) -> Permit:
        permit = await self.rates.peek(key)
        assert_type((permit.limit, permit.remaining, permit.reset_after), tuple[int, int, float])
        return permit

    async def reset(self, key: str) -> None:
        await self.rates.reset(key)


@define
class Fuse(Breaker):
    name = "fuse"

    circuit: CircuitBreaker

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(CircuitBreaker(context.config.breaker, context.clock, context.report))

    async def acquire(self, name: str) -> object:
        return await self.circuit.acquire(name)

    async def release(self, permit: object, error: BaseException | None) -> None:
        await self.circuit.release(permit, error)

    async def state(self, name: str) -> BreakerState:
        return await self.circuit.state(name)


@define
class Tally(Metrics):
    name = "tally"

    seconds: float = 0.0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    def record(self, event: Event) -> None:
        if isinstance(event, Answered):
            self.seconds += event.seconds

    def snapshot(self) -> Mapping[str, float]:
        return {"seconds": self.seconds}


class Vault(KeySource):
    name = "vault"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    async def keys(self, owner: str) -> Sequence[str]:
        return [f"key of {owner}"]


class Telex(Adapter):
    name = "telex"
    summary = "answers by telex"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=port_number)

    @classmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        asyncio.run(cls._run(config, options.port))
        return 0

    @classmethod
    async def _run(cls, config: Config, port: int) -> None:
        with bind("127.0.0.1", port) as (sockets, port):
            assert_type(sockets, list[socket])
            async with Places.open(config):
                announce(cls.name, url("127.0.0.1", port))
                await stop_event().wait()


@hookimpl
def places_backends() -> Iterable[type[Backend]]:
    return [Atlantis]


@hookimpl
def places_caches() -> Iterable[type[Cache]]:
    return [Shelf]


@hookimpl
def places_limiters() -> Iterable[type[Limiter]]:
    return [Turnstile]


@hookimpl
def places_breakers() -> Iterable[type[Breaker]]:
    return [Fuse]


@hookimpl
def places_metrics() -> Iterable[type[Metrics]]:
    return [Tally]


@hookimpl
def places_key_sources() -> Iterable[type[KeySource]]:
    return [Vault]


@hookimpl
def places_adapters() -> Iterable[type[Adapter]]:
    return [Telex]


@hookimpl
def places_converters(converter: Converter) -> None:
    converter.register_structure_hook(Depth, lambda value, _: Depth(float(value)))


@hookimpl
def places_commands(cli: Commands) -> None:
    parser = cli.add("dive", "go down", lambda options: 0, examples=["places dive --depth 3"])
    parser.add_argument("--depth", type=float)


# Their tests


async def test_the_stack_asks_the_backend_once() -> None:
    clock = FakeClock()
    backend = FakeBackend(clock, places=(fake_place(1, "Coffee Corner", "cafe", 60.17, 24.94),))
    async with fake_places(backend, Tally(), clock=clock, cache={"ttl": 60}) as places:
        assert_type(places, Places)
        await places.search_text("coffee")
        await clock.advance(30)
    assert_type(backend.calls, list[Query])


class TestAtlantis(BackendContract):
    text = "coffee"
    center = (31.25, -24.25)

    @pytest.fixture
    def backend(self) -> Atlantis:
        return Atlantis(AtlantisSettings(token="t"), FakeClock())


class TestShelf(CacheContract):
    @pytest.fixture
    def cache(self, clock: FakeClock) -> Shelf:
        return Shelf(BoundedStore(clock, 100))


class TestTurnstile(LimiterContract):
    @pytest.fixture
    def limiter(self, clock: FakeClock) -> Turnstile:
        return Turnstile(RateLimiter.from_settings(LimiterSettings(rate="5/second"), clock))


class TestFuse(BreakerContract):
    @pytest.fixture
    def breaker(self, clock: FakeClock) -> Fuse:
        settings = BreakerSettings(window=10, min_calls=4, open_for=5, probes=2)
        return Fuse(CircuitBreaker(settings, clock, report=print))


class TestTally(MetricsContract):
    @pytest.fixture
    def metrics(self) -> Tally:
        return Tally()
