"""The whole stack while its Redis dies and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any, Self

import pytest
from attrs import Factory, define
from redis.asyncio import Redis

import places_redis
from places_core import Places
from places_core.clock import SystemClock
from places_core.errors import RateLimited
from places_core.events import Event, Faulted, Recovered
from places_core.plugins import Plugins
from places_core.ports import Context, Metrics, NoSettings
from places_core.testing import FakeBackend, GivenPlugin
from places_redis.testing import RedisServer, ScriptedRedis


BACK_WITHIN = 2.0
Open = Callable[..., AbstractAsyncContextManager["Stack"]]


@define
class Recorder(Metrics):
    name = "recorder"

    events: list[Event] = Factory(list)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    def record(self, event: Event) -> None:
        self.events.append(event)


@define
class Stack:
    """A stack, what its backend was asked, and what happened."""

    places: Places
    backend: FakeBackend
    recorder: Recorder
    numbers: count[int] = Factory(count)

    async def ask_anew(self) -> str:
        """Ask what was never asked before, and tell how it was answered."""
        answer = await self.places.search_text(f"coffee {next(self.numbers)}")
        return answer.trace.cache

    def parts(self, kind: type[Faulted | Recovered]) -> set[str]:
        return {event.part for event in self.recorder.events if isinstance(event, kind)}


@pytest.fixture
def opened(own_server: RedisServer) -> Open:
    @asynccontextmanager
    async def open_one(**more: Any) -> AsyncIterator[Stack]:
        backend, recorder = FakeBackend(SystemClock()), Recorder()
        config = {
            "backend": "fake",
            "cache": {"provider": "redis"},
            "limiter": {"provider": "redis", "rate": "1000000/second"},
            "breaker": {"provider": "redis"},
            "metrics": {"providers": ["recorder"]},
            "plugins": {"redis": {"url": own_server.url}},
            **more,
        }
        plugins = Plugins.load(extra=[places_redis, GivenPlugin(backend, recorder)], installed=False)
        async with Places.open(config, plugins=plugins) as places:
            yield Stack(places, backend, recorder)

    return open_one


async def test_two_stacks_share_answers(opened: Open) -> None:
    async with opened() as one, opened() as two:
        await one.places.search_text("coffee")
        answer = await two.places.search_text("Coffee ")

    assert "hit" == answer.trace.cache
    assert [] == two.backend.calls


async def test_a_redis_that_is_dead_from_the_start_does_not_keep_the_stack_from_opening(
    opened: Open, own_server: RedisServer
) -> None:
    own_server.kill()
    async with opened() as stack:
        assert "miss" == await stack.ask_anew()
        status = await stack.places.status()

    assert {"cache.redis", "limiter.redis", "breaker.redis"} == stack.parts(Faulted)
    [fault] = [each for each in status["faults"] if each["part"] == "cache.redis"]
    assert f"127.0.0.1:{own_server.port}" in fault["error"]


async def test_questions_go_on_while_the_server_dies_and_comes_back(
    opened: Open, own_server: RedisServer
) -> None:
    async with opened() as stack:
        asking = asyncio.create_task(_keep_asking(stack))
        for _ in range(2):
            stack.recorder.events.clear()
            own_server.kill()
            await _until(lambda: len(stack.parts(Faulted)) == 3)
            own_server.start()
            start = time.monotonic()
            await _until(lambda: len(stack.parts(Recovered)) == 3)

            assert time.monotonic() - start < BACK_WITHIN
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_while_the_server_is_down_a_process_takes_what_is_left_of_the_limit(
    opened: Open, own_server: RedisServer
) -> None:
    async with opened(limiter={"provider": "redis", "rate": "5/minute"}) as stack:
        await stack.ask_anew()
        own_server.kill()
        for _ in range(4):
            await stack.ask_anew()
        with pytest.raises(RateLimited):
            await stack.ask_anew()


async def test_a_server_that_can_read_only_is_read_from_and_costs_two_lines_in_the_log(
    opened: Open, own_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened() as stack, Redis.from_url(own_server.url) as client:
        command: Callable[..., Awaitable[object]] = client.execute_command
        await stack.places.search_text("coffee")
        await command("REPLICAOF", "127.0.0.1", own_server.port)
        for _ in range(50):
            assert "miss" == await stack.ask_anew()
        assert "hit" == (await stack.places.search_text("coffee")).trace.cache
        await command("REPLICAOF", "NO", "ONE")
        await stack.ask_anew()

    about_the_cache = [line for line in caplog.messages if line.startswith("cache.redis ")]
    assert ["cache.redis failed to write", "cache.redis works again"] == [
        line.split(";")[0] for line in about_the_cache
    ]


@pytest.mark.parametrize("answer", ["-MISCONF cannot persist", "-OOM command not allowed"])
async def test_a_full_server_costs_two_lines_in_the_log(
    opened: Open, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    server = ScriptedRedis({"SET": answer, "PING": answer})
    async with server.listening() as url, opened(plugins={"redis": {"url": url}}) as stack:
        for _ in range(50):
            await stack.ask_anew()
        server.answers.clear()
        await stack.ask_anew()

    assert 2 == len([line for line in caplog.messages if line.startswith("cache.redis ")])


async def _keep_asking(stack: Stack) -> None:
    while True:
        await asyncio.gather(*(stack.ask_anew() for _ in range(20)))


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)
