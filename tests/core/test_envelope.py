"""What is found in a cache is ours and whole, or a miss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from attrs import define
from hypothesis import given, settings
from hypothesis import strategies as st

from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.storage import MemoryStorage
from places_core.clock import Clock
from places_core.events import Faulted
from places_core.models import TextSearch
from places_core.pipeline.answer_cache import AnswerCache
from places_core.pipeline.envelope import NOT_FOUND, Envelope
from places_core.pipeline.refresher import Refresher
from places_core.pipeline.watchdog import Watchdog
from places_core.ports import Cache
from places_core.settings import CacheSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


@define
class Wall(FakeClock):
    """A clock whose wall time is wrong by `skew` seconds."""

    skew: float = 0.0

    def time(self) -> float:
        return self.now + self.skew


class Remote(MemoryCache):
    """A cache that others use too: no look into memory, and the wall clock."""

    name = "remote"
    in_process = False

    peek = Cache.peek
    peek_as = Cache.peek_as
    time_source = Cache.time_source


@define
class Odd(Remote):
    """Gives what nobody stored."""

    found: Any = None

    async def get(self, key: str) -> Any:
        return self.found


@pytest.fixture
def remote(clock: FakeClock) -> Remote:
    return Remote(MemoryStorage(clock, 10_000))


def envelope(key: str = "key", body: bytes = b'{"places":[{"id":"1"}]}') -> Envelope:
    return Envelope(key, "fäke", body, 1.5, 2.5, 3.5)


def answer_cache(cache: Cache, clock: FakeClock, reports: list[Any]) -> AnswerCache:
    watchdog = Watchdog(f"cache.{cache.name}", reports.append, clock, 1.0)
    return AnswerCache(cache, CacheSettings(), (FakeBackend(clock),), clock, watchdog, Refresher(1, clock))


TIMES = st.floats(allow_nan=False)


MEMBERS = st.text(), st.text(max_size=60), st.binary(), TIMES, TIMES, TIMES, st.sampled_from((0, NOT_FOUND))


@given(st.builds(Envelope, *MEMBERS))
@settings(max_examples=60)
def test_what_was_sealed_is_read_back(sealed: Envelope) -> None:
    assert sealed == Envelope.unsealed(sealed.key, bytes(sealed))
    assert bytes(sealed) == bytes(Envelope.unsealed(sealed.key, bytes(sealed)))


async def test_whatever_is_found_that_is_not_whole_is_a_miss_and_one_fault(
    clock: FakeClock,
) -> None:
    reports: list[Any] = []
    remote = Odd(MemoryStorage(clock, 1))
    answers = answer_cache(remote, clock, reports)
    key = answers.key(TextSearch("tea")) or ""
    whole, other = bytes(envelope(key, b"x" * 200)), bytes(envelope("another key", b"y" * 200))
    flips = ((at, 1 << bit) for at in range(len(whole)) for bit in range(8))
    flipped = (bytes([*whole[:at], whole[at] ^ mark, *whole[at + 1 :]]) for at, mark in flips)
    cut = (whole[:length] for length in range(len(whole)))
    longer = (whole + b"\0", whole + whole, whole[:10] + other[10:])
    cases = [*flipped, *cut, *longer, other, 7, "text", -1.5, True, [whole], {}, ("a",)]
    assert len(cases) > 2_000

    for case in cases:
        remote.found = case
        assert await answers.read(key) is None

    assert len(cases) == sum(isinstance(report, Faulted) for report in reports)


async def test_values_that_changed_places_are_asked_for_again(
    clock: FakeClock, backend: FakeBackend, remote: Remote
) -> None:
    async with fake_places(backend, remote, clock=clock, cache={"provider": "remote"}) as places:
        bodies = [(await places.search_text(text)).body for text in ("coffee", "kiosk")]
        one, two = remote.storage.matching("*")
        values = [remote.storage.read(key) or b"" for key in (one, two)]
        remote.storage.write(one, values[1], 60)
        remote.storage.write(two, values[0], 60)
        again = [await places.search_text(text) for text in ("coffee", "kiosk")]

    assert ["miss", "miss"] == [answer.trace.cache for answer in again]
    assert bodies == [answer.body for answer in again]


async def test_a_damaged_value_in_memory_is_forgotten_after_one_fault(clock: FakeClock) -> None:
    cache = MemoryCache(MemoryStorage(clock, 10))
    reports: list[Any] = []
    answers = answer_cache(cache, clock, reports)
    await cache.set("key", b"damaged", 60)

    assert answers.peek("key") is None
    assert await answers.read("key") is None
    assert 0 == len(cache.storage)
    assert 1 == sum(isinstance(report, Faulted) for report in reports)


@pytest.mark.parametrize("skew", [3_600.0, -3_600.0])
async def test_no_hit_is_older_than_its_ttl_whatever_the_clock_of_the_writer(
    clock: FakeClock, backend: FakeBackend, remote: Remote, skew: float
) -> None:
    settings = {"provider": "remote", "ttl": 1, "stale": 0, "jitter": 0}
    async with fake_places(backend, remote, clock=Wall(clock.now, skew=skew), cache=settings) as writer:
        await writer.search_text("coffee")
    clock.now += 2.5
    async with fake_places(backend, remote, clock=clock, cache=settings) as reader:
        assert "miss" == (await reader.search_text("coffee")).trace.cache
        assert "hit" == (await reader.search_text("coffee")).trace.cache


async def test_a_wall_clock_that_is_set_back_does_not_prolong_a_life_in_memory(backend: FakeBackend) -> None:
    clock = Wall()
    async with fake_places(backend, clock=clock, cache={"ttl": 60, "stale": 0}) as places:
        await places.search_text("coffee")
        clock.skew = -1_800.0
        clock.now += 61
        answer = await places.search_text("coffee")
        later = [(await places.search_text("coffee")).trace for _ in range(2)]

    assert "miss" == answer.trace.cache
    assert ["hit", "hit"] == [trace.cache for trace in later]
    assert all(one.age <= two.age for one, two in pairwise(later))


@pytest.fixture
def backend(clock: FakeClock) -> FakeBackend:
    return FakeBackend(clock)


async def test_a_cache_that_cannot_tell_the_time_or_is_cancelled_costs_no_answer(clock: FakeClock) -> None:
    class Confused(Remote):
        name = "confused"

        def time_source(self, clock: Clock) -> Callable[[], float]:
            return lambda: 1 / 0

        def peek_as(self, key: str, decode: Any) -> Any:
            raise asyncio.CancelledError

    confused = Confused(MemoryStorage(clock, 100))
    async with fake_places(None, confused, clock=clock, cache={"provider": "confused"}) as places:
        await places.search_text("coffee")
        answer = await places.search_text("coffee")
        [fault] = (await places.status())["faults"]

    assert "hit" == answer.trace.cache
    assert "cache.confused" == fault["part"]
