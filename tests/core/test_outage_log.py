"""An outage of a backend is a few lines in the log, whatever the traffic."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest

from places_core.errors import ConnectionFailed, PermissionDenied, PlacesError, Unavailable
from places_core.events import Attempted, BreakerChanged, FellBack
from places_core.telemetry.event_bus import EventBus
from places_core.testing import FakeBackend, FakeClock, fake_places


class Local(FakeBackend):
    name = "local"


@pytest.fixture(autouse=True)
def everything_is_captured(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


SETTINGS: dict[str, Any] = {
    "cache": {"provider": "none"},
    "retry": {"attempts": 1},
    "breaker": {"min_calls": 5, "open_for": 10.0},
}


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.startswith("places.")
    ]


async def ask(places: Any, clock: FakeClock, times: Iterable[int]) -> int:
    """Ask once a second; return how many questions failed."""
    failed = 0
    for number in times:
        clock.now += 1
        try:
            await places.search_text(f"coffee {number}")
        except PlacesError:
            failed += 1
    return failed


async def test_with_a_fallback_it_is_one_line_for_it_one_for_the_circuit_and_one_for_the_recovery(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    google = FakeBackend(clock, errors=[ConnectionFailed("fake cannot be reached: refused")] * 6)
    async with fake_places(google, Local(clock), clock=clock, **SETTINGS) as places:
        assert 0 == await ask(places, clock, range(25))
        during = lines(caplog)
        assert 0 == await ask(places, clock, range(25, 75))

    assert [
        (
            "WARNING",
            "fake could not answer, asking local instead: ConnectionFailed: fake cannot be reached: refused",
        ),
        ("WARNING", "the circuit of fake is open: 5 of 5 calls failed (last: ConnectionFailed)"),
    ] == during
    assert [("WARNING", "fake works again, its circuit is closed: the probe passed")] == lines(caplog)[2:]


async def test_without_a_fallback_it_is_one_line_for_the_circuit_and_one_for_the_recovery(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    google = FakeBackend(clock, errors=[Unavailable("down")] * 6)
    async with fake_places(google, clock=clock, **SETTINGS) as places:
        assert 25 == await ask(places, clock, range(25))
        assert 1 == len(lines(caplog))
        await ask(places, clock, range(25, 75))

    assert [
        ("WARNING", "the circuit of fake is open: 5 of 5 calls failed (last: Unavailable)"),
        ("WARNING", "fake works again, its circuit is closed: the probe passed"),
    ] == lines(caplog)


async def test_at_debug_every_fallback_is_a_line(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    google = FakeBackend(clock, errors=[Unavailable("down")] * 25)
    caplog.set_level(logging.DEBUG)
    async with fake_places(google, Local(clock), clock=clock, **SETTINGS) as places:
        await ask(places, clock, range(25))

    assert 25 == sum(" could not answer, asking local instead: " in line for _, line in lines(caplog))


async def test_a_second_outage_is_told_again(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    google = FakeBackend(clock)
    async with fake_places(google, Local(clock), clock=clock, **SETTINGS) as places:
        for outage in range(2):
            google.errors = [Unavailable("down")] * 5
            await ask(places, clock, range(outage * 100, outage * 100 + 50))

    assert 6 == len(lines(caplog))


def test_an_outage_that_opens_no_circuit_ends_with_a_success_after_a_minute_of_calm(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    bus = EventBus(clock=clock)
    for _ in range(100):  # one call in ten fails, for a hundred seconds
        bus(FellBack("google", "local", "Timeout", "slow"))
        for _ in range(9):
            bus(Attempted("google", "search_text", "ok", 0.1))
        clock.now += 1
    assert 1 == len(lines(caplog))

    clock.now += 60
    bus(Attempted("google", "search_text", "Timeout", 4.0))
    bus(FellBack("google", "local", "Timeout", "slow"))
    assert 1 == len(lines(caplog))

    clock.now += 60
    bus(Attempted("google", "search_text", "ok", 0.1))
    bus(Attempted("google", "search_text", "ok", 0.1))

    assert ["google could not answer, asking local instead: Timeout: slow", "google works again"] == [
        line for _, line in lines(caplog)
    ]


def test_a_circuit_that_opens_again_after_a_probe_is_the_same_outage(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    bus = EventBus(clock=clock)
    bus(BreakerChanged("google", "open", "5 of 5 calls failed"))
    for _ in range(10):
        bus(BreakerChanged("google", "half-open", "10 s have passed"))
        bus(BreakerChanged("google", "open", "a probe failed"))
    bus(BreakerChanged("google", "half-open", "10 s have passed"))
    bus(BreakerChanged("google", "closed", "the probe passed"))

    assert 2 == len(lines(caplog))


async def test_a_backend_that_finds_nothing_is_no_outage(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    empty = FakeBackend(clock, places=())
    async with fake_places(empty, Local(clock), clock=clock, fallback={"on_empty": True}) as places:
        assert (await places.search_text("coffee")).places

    assert [] == lines(caplog)


async def test_a_refused_key_is_one_line_and_no_outage(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    google = FakeBackend(clock, errors=[PermissionDenied("no")] * 25)
    async with fake_places(google, Local(clock), clock=clock, **SETTINGS) as places:
        assert 0 == await ask(places, clock, range(25))

    [(level, line)] = lines(caplog)
    assert ("WARNING", True) == (level, line.startswith("fake refuses our key"))
