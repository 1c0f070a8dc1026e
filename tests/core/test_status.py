"""The status of a stack: it tells what is known, and waits for nobody who hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.none import NoLimiter
from places_core.builtin.storage import MemoryStorage
from places_core.ports import Breaker, BreakerState, Health
from places_core.telemetry.background_check import PATIENCE, TIMEOUT, BackgroundCheck
from places_core.testing import FakeBackend, FakeClock, fake_places


class Patient(FakeBackend):
    """Its health is what `answer` returns, once `gate` is open."""

    name = "patient"

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.gate = asyncio.Event()
        self.answer: Callable[[], Health] = lambda: Health(ok=True, detail="well")
        self.asked = 0

    async def health(self) -> Health:
        self.asked += 1
        await self.gate.wait()
        return self.answer()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def shown(status: Mapping[str, Any]) -> tuple[Any, ...]:
    [backend] = status["backends"]
    return backend["ok"], backend["detail"], backend["age"]


async def test_a_health_that_hangs_is_waited_for_once_and_briefly(clock: FakeClock) -> None:
    backend = Patient(clock)
    async with fake_places(backend, clock=clock) as places:
        first = asyncio.create_task(places.status())
        await clock.advance(PATIENCE)
        assert (False, "has not answered yet", PATIENCE) == shown(await first)
        for _ in range(100):
            await places.status()
        assert PATIENCE == clock.now - 1_000_000
        await clock.advance(TIMEOUT)
        assert (False, "no answer within 2 s") == shown(await places.status())[:2]
        assert places.ready()

    assert 1 == backend.asked


async def test_one_that_answers_again_is_shown_again(clock: FakeClock) -> None:
    backend = Patient(clock)
    async with fake_places(backend, clock=clock) as places:
        first = asyncio.create_task(places.status())
        await clock.advance(TIMEOUT)
        await first
        backend.gate.set()
        await clock.advance(10)
        await places.status()
        await clock.advance(1)

        assert (True, "well", 1.0) == shown(await places.status())


async def test_the_health_is_asked_at_most_every_five_seconds(clock: FakeClock) -> None:
    backend = Patient(clock)
    backend.gate.set()
    async with fake_places(backend, clock=clock) as places:
        for _ in range(100):
            await places.status()
        clock.now += 4
        assert (True, "well", 4.0) == shown(await places.status())
        clock.now += 1
        assert (True, "well", 0.0) == shown(await places.status())

    assert 2 == backend.asked


async def test_an_error_of_the_health_is_shown(clock: FakeClock) -> None:
    def fail() -> Health:
        raise ConnectionError("redis://u:canary@host refused")

    backend = Patient(clock)
    backend.gate.set()
    backend.answer = fail
    async with fake_places(backend, clock=clock) as places:
        assert (False, "ConnectionError: redis://u:***@host refused", 0.0) == shown(await places.status())
        assert places.ready()


async def test_a_health_that_cancels_itself_cancels_nobody(clock: FakeClock) -> None:
    def leave() -> Health:
        raise asyncio.CancelledError

    backend = Patient(clock)
    backend.gate.set()
    backend.answer = leave
    async with fake_places(backend, clock=clock) as places:
        assert (False, "was cancelled", 0.0) == shown(await places.status())


async def test_no_check_outlives_the_stack(clock: FakeClock) -> None:
    before = asyncio.all_tasks()
    async with fake_places(Patient(clock), clock=clock) as places:
        status = asyncio.create_task(places.status())
        await clock.advance(PATIENCE)
        await status
        assert 1 == len(asyncio.all_tasks() - before)

    assert before == asyncio.all_tasks()


class Stuck(Breaker):
    name = "stuck"

    async def acquire(self, name: str) -> object:
        return name

    async def release(self, permit: object, error: BaseException | None) -> None:
        return None

    async def state(self, name: str) -> BreakerState:
        await asyncio.Event().wait()
        return "closed"

    @classmethod
    def open(cls, settings: object, context: object) -> Any:
        raise NotImplementedError


class StuckCache(MemoryCache):
    name = "stuck"

    async def stats(self) -> Mapping[str, float]:
        await asyncio.Event().wait()
        return {}


async def test_a_breaker_and_a_cache_that_hang_are_not_waited_for_either(
    backend: FakeBackend, clock: FakeClock
) -> None:
    cache = StuckCache(MemoryStorage(clock, 10, 10_000))
    stuck = {"provider": "stuck"}
    async with fake_places(backend, Stuck(), cache, clock=clock, breaker=stuck, cache=stuck) as places:
        asking = asyncio.create_task(places.status())
        await clock.advance(PATIENCE)
        status = await asking

    assert "unknown" == status["backends"][0]["breaker"]
    assert "has not answered yet" == status["cache"]["error"]


async def test_readers_at_once_share_one_check(clock: FakeClock) -> None:
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        await clock.sleep(0.1)
        return "well"

    check = BackgroundCheck(ask, clock)
    reading = [asyncio.create_task(check.latest()) for _ in range(10)]
    await clock.advance(0.1)

    assert ["well"] * 10 == [finding.value for finding in await asyncio.gather(*reading)]
    assert 1 == asked


class Forgetful(NoLimiter):
    """A limiter that warns as it is told to, or fails."""

    name = "forgetful"
    in_process = False

    warning_text: str | Exception = ""

    async def warning(self) -> str:
        if isinstance(self.warning_text, Exception):
            raise self.warning_text
        return self.warning_text


class TestWarning:
    async def test_one_that_is_there_at_the_start_is_logged_without_a_status(
        self, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        limiter = Forgetful()
        limiter.warning_text = "counts may be evicted"
        async with fake_places(None, limiter, clock=clock, limiter={"provider": "forgetful"}):
            await clock.advance(0)

        assert ["limiter.forgetful: counts may be evicted"] == caplog.messages

    async def test_one_that_comes_up_later_is_logged_once_by_the_status(
        self, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        limiter = Forgetful()
        limiter.warning_text = ConnectionError("down")
        async with fake_places(None, limiter, clock=clock, limiter={"provider": "forgetful"}) as places:
            await places.status()
            limiter.warning_text = "counts may be evicted"
            await places.status()
            status = await places.status()

        assert "counts may be evicted" == status["limiter"]["warning"]
        assert ["limiter.forgetful: counts may be evicted"] == caplog.messages
