"""What refreshes may take, and who can get in their way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from places_core import Places
from places_core.answer import Answer
from places_core.errors import RateLimited, Unavailable
from places_core.models import TextSearch
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def ask_all(places: Places, clock: FakeClock, texts: Sequence[str], seconds: float = 0.0) -> list[Any]:
    """Ask for all texts at once, and let `seconds` pass."""
    asking = asyncio.gather(*(places.search_text(text) for text in texts), return_exceptions=True)
    await clock.advance(seconds)
    return await asyncio.wait_for(asking, 5)


async def fill(places: Places, clock: FakeClock, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), 20):
        answers = await ask_all(places, clock, texts[start : start + 20], 1.01)
        assert [] == [answer for answer in answers if not isinstance(answer, Answer)]


STALE = [f"coffee {number}" for number in range(60)]
NEW = [f"tea {number}" for number in range(10)]


class TestPriorities:
    SETTINGS: Mapping[str, Any] = {"cache": {"ttl": 60, "stale": 600, "jitter": 0}, "retry": ONCE}

    @pytest.mark.parametrize("algorithm", ["token-bucket", "sliding-window"])
    async def test_refreshes_starve_no_new_query_of_permits(self, clock: FakeClock, algorithm: str) -> None:
        backend = FakeBackend(clock)
        limits = {"rate": "20/second", "algorithm": algorithm}
        async with fake_places(backend, clock=clock, limiter=limits, **self.SETTINGS) as places:
            await fill(places, clock, STALE)
            await clock.advance(70)
            backend.calls.clear()
            stale = await ask_all(places, clock, STALE)
            refreshed = len(backend.calls)
            new = await ask_all(places, clock, NEW)

        assert {"stale"} == {answer.trace.cache for answer in stale}
        assert all(isinstance(answer, Answer) for answer in new)
        assert 5 == refreshed

    async def test_refreshes_get_no_more_than_a_quarter_in_the_long_run(self, clock: FakeClock) -> None:
        backend = FakeBackend(clock)
        async with fake_places(
            backend, clock=clock, limiter={"rate": "20/second"}, **self.SETTINGS
        ) as places:
            await fill(places, clock, STALE)
            await clock.advance(70)
            backend.calls.clear()
            for _ in range(20):
                await ask_all(places, clock, STALE)
                await clock.advance(0.1)

        assert 5 < len(backend.calls) <= 5 + 2 * 5

    @pytest.mark.parametrize("burst", [1, 2, 3])
    async def test_refreshes_get_no_more_than_a_quarter_of_a_low_burst(
        self, clock: FakeClock, burst: int
    ) -> None:
        backend = FakeBackend(clock)
        limits = {"rate": "20/second", "burst": burst, "max_wait": 1}
        async with fake_places(backend, clock=clock, limiter=limits, **self.SETTINGS) as places:
            for text in STALE:
                await ask_all(places, clock, [text], 0.1)
            await clock.advance(70)
            backend.calls.clear()
            for start in range(0, 60, 3):  # others each time, as a refresh that was refused waits
                await ask_all(places, clock, STALE[start : start + 3])
                await clock.advance(0.1)

        assert 5 < len(backend.calls) <= 1 + 2 * 5

    async def test_refreshes_take_a_quarter_of_the_slots_and_never_wait_for_one(
        self, clock: FakeClock
    ) -> None:
        backend = FakeBackend(clock)
        slots = {"concurrent": 8}
        async with fake_places(
            backend, clock=clock, limiter={"provider": "none"}, bulkhead=slots, **self.SETTINGS
        ) as places:
            await fill(places, clock, STALE)
            await clock.advance(70)
            backend.calls.clear()
            backend.delay = 1.0
            await ask_all(places, clock, STALE)
            assert 2 == len(backend.calls)
            await ask_all(places, clock, NEW[:6], 1.0)
            assert 8 == len(backend.calls)
            busy = asyncio.create_task(
                ask_all(places, clock, [f"water {number}" for number in range(8)], 1.0)
            )
            await asyncio.sleep(0)
            assert "stale" == (await places.search_text(STALE[-1])).trace.cache
            await busy

        assert 16 == len(backend.calls)

    async def test_a_query_with_an_old_answer_does_not_stand_in_line(self, clock: FakeClock) -> None:
        backend = FakeBackend(clock)
        settings = {"cache": {"ttl": 60, "stale": 0}, "retry": ONCE}
        limits = {"rate": "1/second", "burst": 1, "max_wait": 5}
        async with fake_places(backend, clock=clock, limiter=limits, **settings) as places:
            await ask_all(places, clock, ["coffee"])
            await clock.advance(70)
            await ask_all(places, clock, ["tea"])
            (old,) = await ask_all(places, clock, ["coffee"])
            (new,) = await ask_all(places, clock, ["water"], 1.0)

        assert ("stale", "miss") == (old.trace.cache, new.trace.cache)


async def test_a_caller_over_his_rate_stops_no_refresh(clock: FakeClock) -> None:
    async def ages(attacked: bool) -> list[float]:
        seen = []
        backend = FakeBackend(clock)
        settings = {"cache": {"ttl": 10, "stale": 600, "jitter": 0}, "limiter": {"caller_rate": "1/hour"}}
        async with fake_places(backend, clock=clock, **settings) as places:
            query = TextSearch("coffee")
            await places.ask(TextSearch("tea"), caller="attacker")
            with pytest.raises(RateLimited):
                await places.ask(TextSearch("water"), caller="attacker")
            await places.ask(query, caller="somebody")
            for second in range(1, 121):
                await clock.advance(1)
                if attacked:
                    await places.ask(query, caller="attacker")
                if second % 15 == 0:
                    seen.append((await places.ask(query)).trace.age)
        return seen

    alone, attacked = await ages(attacked=False), await ages(attacked=True)
    assert max(attacked) <= max(alone)


async def test_a_refresh_is_charged_to_no_caller(clock: FakeClock) -> None:
    settings = {"cache": {"ttl": 10, "stale": 600}, "limiter": {"caller_rate": "2/hour"}}
    async with fake_places(FakeBackend(clock), clock=clock, **settings) as places:
        await places.ask(TextSearch("coffee"), caller="somebody")
        for _ in range(10):
            await clock.advance(11)
            await places.ask(TextSearch("coffee"), caller="somebody")
        await places.ask(TextSearch("tea"), caller="somebody")


async def test_refreshes_of_thousands_of_stale_answers_stay_few(clock: FakeClock) -> None:
    backend = FakeBackend(clock)
    texts = [f"coffee {number}" for number in range(2_000)]
    settings: dict[str, Any] = {
        "cache": {"ttl": 60, "stale": 600, "jitter": 0},
        "limiter": {"provider": "none"},
    }
    async with fake_places(backend, clock=clock, retry=ONCE, **settings) as places:
        await fill(places, clock, texts)
        await clock.advance(61)
        backend.errors = [Unavailable("down")] * 10_000
        before = len(asyncio.all_tasks())
        for text in texts:
            await places.search_text(text)

        assert len(asyncio.all_tasks()) - before <= 2 * 25
