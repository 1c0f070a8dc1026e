"""What is kept, for how long, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from places_core.errors import KeyRefused, NotFound, Unavailable
from places_core.ports import Cache, Terms
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


class TestCache:
    async def test_another_spelling_of_the_same_question_is_a_hit(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            first = await places.search_text("coffee", near=(60.16991, 24.93841))
            second = await places.search_text("  COFFEE ", near=(60.16994, 24.93844))

        assert ("miss", "hit") == (first.trace.cache, second.trace.cache)
        assert first.body == second.body
        assert 1 == len(backend.calls)

    async def test_another_mask_or_language_is_another_question(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            await places.search_text("coffee")
            await places.search_text("coffee", fields="ids")
            await places.search_text("coffee", language_code="fi")

        assert 3 == len(backend.calls)

    async def test_a_hit_touches_neither_limiter_nor_breaker(self, backend: FakeBackend) -> None:
        async with fake_places(backend, limiter={"rate": "1/day"}) as places:
            for _ in range(10):
                await places.search_text("coffee")

        assert 1 == len(backend.calls)

    async def test_an_old_answer_is_served_while_one_new_one_is_fetched(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, cache={"ttl": 60, "stale": 60}) as places:
            await places.search_text("coffee")
            clock.now += 61
            answers = [await places.search_text("coffee") for _ in range(10)]
            await clock.advance(0)
            renewed = await places.search_text("coffee")

        assert {"stale"} == {answer.trace.cache for answer in answers}
        assert 61 == answers[0].trace.age
        assert ("hit", 0) == (renewed.trace.cache, renewed.trace.age)
        assert 2 == len(backend.calls)

    async def test_a_refresh_that_fails_rests_before_it_is_tried_again(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, retry=ONCE, cache={"ttl": 60, "stale": 600}) as places:
            await places.search_text("coffee")
            clock.now += 61
            backend.errors = [Unavailable("down")] * 5
            for _ in range(10):
                assert "stale" == (await places.search_text("coffee")).trace.cache
                await clock.advance(0.5)

        assert 2 == len(backend.calls)

    async def test_a_very_old_answer_is_served_when_the_backend_fails(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        settings = {"ttl": 60, "stale": 60, "stale_if_error": 3600}
        async with fake_places(backend, clock=clock, retry=ONCE, cache=settings) as places:
            await places.search_text("coffee")
            clock.now += 600
            backend.errors = [Unavailable("down"), Unavailable("down")]
            answer = await places.search_text("coffee")
            clock.now += 3600
            with pytest.raises(Unavailable):
                await places.search_text("coffee")

        assert "stale" == answer.trace.cache
        assert ("fake: Unavailable: down",) == answer.trace.fallbacks

    async def test_empty_answers_and_not_found_are_kept_for_a_short_time(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, cache={"negative_ttl": 5, "stale": 0}) as places:
            for _ in range(3):
                assert () == (await places.search_text("nothing like it")).places
                with pytest.raises(NotFound):
                    await places.details("fake-999")
            assert 2 == len(backend.calls)
            clock.now += 6
            await places.search_text("nothing like it")

        assert 3 == len(backend.calls)

    async def test_errors_are_never_kept(self, backend: FakeBackend) -> None:
        backend.errors = [Unavailable("down"), KeyRefused("no")]
        async with fake_places(backend, retry=ONCE) as places:
            with pytest.raises(Unavailable):
                await places.search_text("coffee")
            with pytest.raises(KeyRefused):
                await places.search_text("coffee")
            assert "miss" == (await places.search_text("coffee")).trace.cache

    async def test_what_the_terms_forbid_is_not_kept(self, clock: FakeClock) -> None:
        class Strict(FakeBackend):
            terms = Terms(keep_content=0.0)

        backend = Strict(clock)
        async with fake_places(backend, clock=clock) as places:
            for _ in range(2):
                await places.search_text("coffee")
                await places.search_text("coffee", fields="places.id")
                await places.search_text("coffee", fields="places.id,places.location")

        assert 4 == len(backend.calls)

    async def test_a_dead_cache_is_a_miss_and_shows(self, clock: FakeClock, backend: FakeBackend) -> None:
        class DeadCache(Cache):
            name = "dead"

            async def get(self, key: str) -> bytes | None:
                raise ConnectionError("gone")

            async def set(self, key: str, value: bytes, ttl: float) -> None:
                raise ConnectionError("gone")

            async def ttl(self, key: str) -> float | None:
                raise ConnectionError("gone")

            async def delete(self, key: str) -> bool:
                raise ConnectionError("gone")

            async def clear(self, pattern: str = "*") -> int:
                raise ConnectionError("gone")

            async def stats(self) -> Mapping[str, float]:
                raise ConnectionError("gone")

            @classmethod
            def open(cls, settings: object, context: object) -> Any:
                raise NotImplementedError

        async with fake_places(backend, DeadCache(), clock=clock, cache={"provider": "dead"}) as places:
            for _ in range(3):
                assert (await places.search_text("coffee")).places
            status = await places.status()

        assert ["cache.dead"] == [fault["part"] for fault in status["faults"]]
        assert "gone" in status["cache"]["error"]

    async def test_without_a_cache_every_question_is_asked(self, backend: FakeBackend) -> None:
        async with fake_places(backend, cache=OFF) as places:
            for _ in range(3):
                assert "bypass" == (await places.search_text("coffee")).trace.cache

        assert 3 == len(backend.calls)
