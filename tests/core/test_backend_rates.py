"""The rates of single backends: how they are set, and that one backend's limit is never another's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from places_core import hookimpl
from places_core.config import Loaded
from places_core.errors import ConnectionFailed, RateLimited
from places_core.plugins import Plugins
from places_core.settings import BackendRateSettings, Config, LimiterSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


OFF = {"provider": "none"}


class Google(FakeBackend):
    name = "google"


class Embedded(FakeBackend):
    name = "embedded"
    embedded = True


@hookimpl
def places_backends() -> list[type]:
    return [Google, Embedded]


@pytest.fixture
def plugins() -> Plugins:
    module = SimpleNamespace(places_backends=places_backends, __name__="mine")
    blocked = SimpleNamespace(__name__="blocked")
    return Plugins.load({"PLACES_DISABLE_PLUGINS": "blocked"}, [module, blocked], installed=False)


Read = Callable[..., Loaded]
GIVEN = {"google": {"rate": "20/second"}}


@pytest.mark.parametrize(
    "source",
    [
        {"toml": '[limiter.backends.google]\nrate = "20/second"'},
        {"toml": '[limiter]\nbackends = { google = { rate = "20/second" } }'},
        {"dotenv": f"PLACES_LIMITER__BACKENDS={json.dumps(GIVEN)}"},
        {"PLACES_LIMITER__BACKENDS": json.dumps(GIVEN)},
        {"PLACES_LIMITER__BACKENDS__GOOGLE__RATE": "20/second"},
        {"config": {"limiter": {"backends": GIVEN}}},
        {"config": Config(limiter=LimiterSettings(backends={"google": BackendRateSettings("20/second")}))},
    ],
)
def test_the_rate_of_a_backend_can_come_from_every_source(read: Read, source: dict[str, Any]) -> None:
    loaded = read(**source)

    assert {"google": BackendRateSettings("20/second")} == loaded.config.limiter.backends
    [line] = [line for line in loaded.lines() if line.path == "limiter.backends.google.rate"]
    assert ("20/second", False) == (line.value, line.origin == "default")


def test_sources_are_merged_backend_by_backend(read: Read) -> None:
    loaded = read(
        toml='[limiter.backends.google]\nrate = "1/second"\nburst = 3\n'
        '[limiter.backends.embedded]\nrate = "9/second"',
        PLACES_LIMITER__BACKENDS=json.dumps(GIVEN),
    )

    assert {
        "google": BackendRateSettings("20/second", 3),
        "embedded": BackendRateSettings("9/second"),
    } == loaded.config.limiter.backends


RATE = "an amount per period, such as 100/minute or 10/second; 1000/day"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"toml": '[limiter.backends.gogle]\nrate = "1/second"'},
         ("limiter.backends.gogle: no backend of that name is installed (from places.toml line 1); "
          "did you mean google?")),
        ({"PLACES_LIMITER__BACKENDS": '{"local": {"rate": "1/second"}}'},
         ("limiter.backends.local: no backend of that name is installed (from PLACES_LIMITER__BACKENDS); "
          "install it with: pip install 'places-core[local]'")),
        ({"toml": '[limiter.backends.google]\nrate = "many"'},
         "limiter.backends.google.rate: got 'many' (from places.toml line 2); allowed: " + RATE),
        ({"PLACES_LIMITER__BACKENDS": '{"google": {"rate": "auto"}}'},
         "limiter.backends.google.rate: got 'auto' (from PLACES_LIMITER__BACKENDS); allowed: " + RATE),
        ({"toml": '[limiter.backends.google]\nrate = "1/second"\nrat = "2/second"'},
         ("limiter.backends.google.rat: there is no such setting (from places.toml line 3); "
          "did you mean limiter.backends.google.rate?")),
        ({"toml": "[limiter.backends.google]\nburst = 5"},
         "limiter.backends.google.rate: is not set and has no default; allowed: text, " + RATE),
        ({"toml": '[limiter.backends]\ngoogle = "1/second"'},
         "limiter.backends.google: got '1/second' (from places.toml line 2); allowed: a table"),
        ({"PLACES_LIMITER__BACKENDS": "google"},
         "limiter.backends: got 'google' (from PLACES_LIMITER__BACKENDS); allowed: a table"),
    ],
)  # fmt: skip
def test_every_fault_is_named_by_its_path(
    faults: Callable[..., tuple[str, ...]], source: dict[str, Any], expected: str
) -> None:
    assert (expected,) == faults(**source)


def test_the_rate_of_a_backend_whose_plugin_is_blocked_waits_for_it(read: Read) -> None:
    loaded = read(toml='[limiter.backends.blocked]\nrate = "1/second"')

    assert {"blocked": BackendRateSettings("1/second")} == loaded.config.limiter.backends


@pytest.mark.parametrize(
    ("limiter", "passed"),
    [
        ({}, 150),
        ({"rate": "5/minute"}, 150),
        ({"backends": {"embedded": {"rate": "5/minute"}}}, 5),
    ],
)
async def test_an_embedded_backend_is_limited_only_by_a_rate_of_its_own(
    clock: FakeClock, limiter: dict[str, Any], passed: int
) -> None:
    outcomes = Counter[bool]()
    async with fake_places(Embedded(clock), clock=clock, cache=OFF, limiter=limiter) as places:
        for number in range(150):
            try:
                await places.search_text(f"coffee {number}")
            except RateLimited:
                outcomes[False] += 1
            else:
                outcomes[True] += 1

    assert passed == outcomes[True]


async def test_the_limit_of_one_backend_is_not_the_limit_of_another(clock: FakeClock) -> None:
    limiter = {"rate": "7/minute", "backends": {"google": {"rate": "3/minute", "burst": 2}}}
    google, other = Google(clock), FakeBackend(clock)
    async with fake_places(google, other, clock=clock, cache=OFF, limiter=limiter) as places:
        for number in range(9):
            await places.search_text(f"coffee {number}")
        with pytest.raises(RateLimited, match="3 per 1 minute for google"):
            await places.search_text("coffee")
        shown = (await places.status())["limiter"]

    assert (2, 7) == (len(google.calls), len(other.calls))
    assert {"google": "3/minute", "fake": "7/minute"} == shown["backends"]


async def test_while_a_limited_backend_is_down_the_embedded_one_answers_everything(clock: FakeClock) -> None:
    google, embedded = Google(clock, errors=[ConnectionFailed("down")] * 1_000), Embedded(clock)
    limiter = {"rate": "20/second; 5000/day", "backends": GIVEN}
    answered = Counter[str]()
    async with fake_places(google, embedded, clock=clock, cache=OFF, limiter=limiter) as places:
        for number in range(200):
            answer = await places.search_text(f"coffee {number}")
            answered[answer.trace.backend] += 1
            clock.now += 10 / 200

    assert {"embedded": 200} == answered
