"""Whatever a server says and whatever redis-py makes of it: the link comes back when the cause is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from attrs import define, evolve
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, ResponseError

from places_core.ports import Context
from places_core.testing import FakeClock
from places_redis.address import Address
from places_redis.connection.client import KnownCommands, client_of
from places_redis.connection.connections import PROBE_EVERY, RENEW_EVERY, Connections
from places_redis.connection.loop_timeout import LoopTimeout
from places_redis.multiplexer import Multiplexer, RedisDown, shared_multiplexer
from places_redis.settings import RedisSettings
from places_redis.testing import MovingName, RedisServer, ScriptedRedis


BACK_WITHIN = 2.0
ANSWERS = {
    "BUSY": "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "MISCONF": "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist.",
    "NOPERM": "-NOPERM this user has no permissions to run the command",
    "READONLY": "-READONLY You can't write against a read only replica.",
    "LOADING": "-LOADING Redis is loading the dataset in memory",
    "NOAUTH": "-NOAUTH Authentication required.",
    "CLUSTERDOWN": "-CLUSTERDOWN The cluster is down",
    "no protocol": "?",
    "hangs up": "",
}


@pytest.fixture
def clock() -> FakeClock:
    """A clock by which the pauses between two looks take no time."""
    return FakeClock()


@define
class Scripted:
    server: ScriptedRedis
    redis: Multiplexer
    clock: FakeClock

    async def look(self) -> None:
        """Let the time pass until the server is looked for, and that end."""
        await self.clock.advance(PROBE_EVERY)
        await _until(lambda: self.redis.connections.probing == 0)

    async def back_after(self) -> float:
        """Let the cause end, and return how long it takes until commands work."""
        self.server.answers.clear()
        start = self.clock.now
        while await self.fails():
            await self.look()
        return self.clock.now - start

    async def fails(self) -> bool:
        try:
            await self.redis.ask("GET", "key")
        except (RedisDown, ResponseError):
            return True
        return False


@pytest.fixture
async def scripted(context: Context, clock: FakeClock) -> AsyncIterator[Scripted]:
    server = ScriptedRedis()
    async with (
        server.listening() as url,
        shared_multiplexer(RedisSettings(url=Address.parse(url)), evolve(context, clock=clock)) as redis,
    ):
        yield Scripted(server, redis, clock)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_no_answer_to_the_look_for_a_server_ends_it(scripted: Scripted, answer: str) -> None:
    scripted.server.answers["*"] = ""
    assert await scripted.fails()
    scripted.server.answers["*"] = answer
    await scripted.look()
    await scripted.look()

    assert BACK_WITHIN >= await scripted.back_after()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_no_answer_to_a_command_keeps_the_server_away_for_longer_than_it_lasts(
    scripted: Scripted, answer: str
) -> None:
    await scripted.redis.ask("GET", "key")
    scripted.server.answers["*"] = answer
    for command in (("GET", "key"), ("SET", "key", "value")):
        with pytest.raises((RedisDown, ResponseError)):
            await scripted.redis.ask(*command)
        with pytest.raises((RedisDown, ResponseError)):
            await scripted.redis.ask_all([command, command])

    assert BACK_WITHIN >= await scripted.back_after()


async def test_who_may_not_send_a_ping_gets_back_by_what_is_allowed(scripted: Scripted) -> None:
    scripted.server.answers["*"] = ""
    assert await scripted.fails()
    scripted.server.answers = {"PING": ANSWERS["NOPERM"]}
    await scripted.look()

    assert not await scripted.fails()


class Torn(Redis):
    """A client of redis-py that has lost a part of itself, as it may while a cluster changes."""

    async def execute_command(self, *args: object, **options: object) -> object:
        raise AttributeError("'NoneType' object has no attribute 'writelines'")


async def test_an_exception_that_redis_py_should_not_raise_ends_neither_the_look_nor_the_link(
    settings: RedisSettings, clock: FakeClock
) -> None:
    torn = [Torn(), Torn(), Torn()]
    connections = Connections(
        lambda: torn.pop() if torn else client_of(settings, KnownCommands()),
        settings.url,
        clock,
        settings.timeout,
        "probe",
    )
    redis = Multiplexer(connections, settings.timeout, asyncio.Semaphore(20))
    with pytest.raises(RedisDown, match="writelines"):
        await redis.ask("GET", "key")
    for _ in range(3):
        await clock.advance(PROBE_EVERY)
        await _until(lambda: connections.probing == 0)

    assert None is await redis.ask("GET", settings.namespace)
    await redis.close()


async def test_what_a_replaced_connection_says_late_is_not_held_against_its_successor(
    scripted: Scripted,
) -> None:
    connections = scripted.redis.connections
    before = connections.client
    scripted.server.answers["*"] = ""
    assert await scripted.fails()
    await scripted.back_after()
    connections.failed(before, TimeoutError())

    assert "" == connections.fault


async def test_a_primary_that_was_demoted_is_left_when_its_name_has_moved(
    settings: RedisSettings, context: Context, own_server: RedisServer, server: RedisServer
) -> None:
    name, clock = MovingName(own_server.port), FakeClock()
    async with (
        name.listening() as url,
        Redis.from_url(own_server.url) as primary,
        shared_multiplexer(evolve(settings, url=Address.parse(url)), evolve(context, clock=clock)) as redis,
    ):
        write = ("SET", settings.namespace, "value", "PX", 1000)
        await _everywhere(redis, write)
        await _demote(primary, server.port)
        with pytest.raises(ReadOnlyError):
            await redis.ask(*write)
        await redis.ask("GET", settings.namespace)
        name.target = server.port
        await clock.advance(RENEW_EVERY)
        with pytest.raises(ReadOnlyError):
            await redis.ask(*write)

        await _everywhere(redis, write)


async def test_a_script_that_a_replica_refuses_is_understood_as_any_other_write(
    settings: RedisSettings, context: Context, own_server: RedisServer
) -> None:
    async with (
        Redis.from_url(own_server.url) as primary,
        shared_multiplexer(evolve(settings, url=Address.parse(own_server.url)), context) as redis,
    ):
        before = redis.connections.client
        await _demote(primary, own_server.port)
        with pytest.raises(ResponseError, match=r"(?i)read ?only"):
            await redis.ask("EVAL", "return redis.call('SET', KEYS[1], 1)", 1, settings.namespace)

        assert before is not redis.connections.client


async def test_a_loop_that_was_held_up_is_not_taken_for_a_dead_server(
    settings: RedisSettings, context: Context, hold_up: Callable[[float], None]
) -> None:
    patient = evolve(settings, timeout=0.3, connect_timeout=0.3)
    async with shared_multiplexer(patient, context) as redis:
        for _ in ("while it connects", "while it waits for replies"):
            asked = [redis.ask("GET", f"key {number}") for number in range(200)]
            await _turns(2)
            hold_up(0.4)

            assert [None] * 200 == await asyncio.gather(*asked)


async def test_time_that_the_loop_was_held_up_counts_a_tenth_at_most(
    hold_up: Callable[[float], None],
) -> None:
    with LoopTimeout(0.1) as limit:
        await _turns(1)
        hold_up(0.15)
        await _turns(20)

    assert limit.held_up


async def test_a_timeout_cancels_what_takes_too_long() -> None:
    with pytest.raises(TimeoutError), LoopTimeout(0.05):
        await asyncio.get_running_loop().create_future()


async def _demote(primary: Redis, port: int) -> None:
    command: Callable[..., Awaitable[object]] = primary.execute_command
    await command("REPLICAOF", "127.0.0.1", port)


async def _everywhere(redis: Multiplexer, command: tuple[str | int, ...]) -> None:
    """Send so much at once that it takes many connections."""
    assert {True} == set(await redis.ask_all([command] * 640))


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)
