"""Sends the commands of one moment to the server together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from attrs import Factory, define, field
from redis.asyncio import RedisCluster
from redis.exceptions import (
    ClusterDownError,
    ConnectionError,  # noqa: A004
    RedisClusterException,
    ResponseError,
    TimeoutError,  # noqa: A004
)

from places_core.clock import Clock
from places_core.ports import Context

from .address import Address
from .client import Client, client_of, close, drop_idle
from .settings import RedisSettings


T = TypeVar("T")
Command = tuple[bytes | str | int, ...]
Batch = Sequence[tuple[Command, asyncio.Future[Any]]]

PROBE_EVERY = 0.5  # seconds between two checks whether a dead server is back
_MAX_BATCH = 64
_DOWN = (ConnectionError, TimeoutError, OSError, RedisClusterException, ClusterDownError)


class RedisDown(Exception):
    """The server does not answer; while it is down, nobody waits for it."""


@define(eq=False)
class Multiplexer:
    """Pipelines commands; a server that fails is not asked again until it answers a PING."""

    client: Client
    address: Address
    clock: Clock
    timeout: float
    _free: asyncio.Semaphore
    _pending: list[tuple[Command, asyncio.Future[Any]]] = Factory(list)
    _tasks: set[asyncio.Task[None]] = Factory(set)
    _fault: str = field(default="", init=False)
    """Why nothing is sent at the moment; empty while the server answers."""
    users: int = field(default=0, init=False)

    def ask(self, *command: bytes | str | int) -> asyncio.Future[Any]:
        """Send a command together with all others of this moment; raises `RedisDown` at once while down."""
        if self._fault:
            raise RedisDown(self._fault)
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._pending:
            self._spawn(self._flush())
        self._pending.append((command, reply))
        return reply

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """Send several commands together; return their replies in order."""
        return await asyncio.gather(*(self.ask(*command) for command in commands))

    async def keys(self, match: bytes) -> AsyncIterator[list[bytes]]:
        """Iterate over the keys that match a Redis pattern, without ever blocking the server."""
        for node in await self._nodes():
            cursor = None
            while cursor != 0:
                scan = node.execute_command("SCAN", cursor or 0, "MATCH", match, "COUNT", 1000)
                cursor, keys = await self._bounded(scan)
                yield keys

    async def unlink(self, names: Sequence[bytes]) -> int:
        """Delete keys without blocking the server; return how many there were."""
        if isinstance(self.client, RedisCluster):  # whose nodes refuse a command with keys of several slots
            return sum(await self.ask_all([("UNLINK", name) for name in names]))
        return int(await self.ask("UNLINK", *names))

    async def count(self) -> int:
        """Count the keys of the whole database, which is cheap."""
        sizes = [await self._bounded(node.execute_command("DBSIZE")) for node in await self._nodes()]
        return sum(sizes)

    async def close(self) -> None:
        self._fault = f"{self.address} was closed"
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        _resolve(self._pending, self._refusals(self._pending))
        await close(self.client)

    async def _flush(self) -> None:
        """Send all commands that were asked for since this task was created."""
        pending, self._pending = self._pending, []
        for start in range(_MAX_BATCH, len(pending), _MAX_BATCH):
            self._spawn(self._exchange(pending[start : start + _MAX_BATCH]))
        await self._exchange(pending[:_MAX_BATCH])

    async def _exchange(self, batch: Batch) -> None:
        replies: Sequence[Any]
        if self._fault:
            _resolve(batch, self._refusals(batch))
            return
        try:
            async with self.clock.timeout(self.timeout), self._free:
                replies = await self._sent([command for command, _ in batch])
        except _DOWN as error:
            self._note(error)
            replies = self._refusals(batch)
        except asyncio.CancelledError:
            _resolve(batch, self._refusals(batch))
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait for a reply
            replies = [error] * len(batch)
        _resolve(batch, replies)

    def _refusals(self, batch: Batch) -> Sequence[Exception]:
        return [RedisDown(self._fault) for _ in batch]

    async def _sent(self, commands: Sequence[Command]) -> Sequence[Any]:
        if len(commands) == 1:
            try:
                return [await self.client.execute_command(*commands[0])]
            except ResponseError as error:
                return [error]
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return await pipeline.execute(raise_on_error=False)

    async def _bounded(self, exchange: Awaitable[T]) -> T:
        try:
            async with self.clock.timeout(self.timeout):
                return await exchange
        except _DOWN as error:
            self._note(error)
            raise RedisDown(self._fault) from error

    async def _nodes(self) -> Sequence[Any]:
        if isinstance(self.client, RedisCluster):
            await self._bounded(self.client.initialize())
            return self.client.get_primaries()
        return [self.client]

    def _note(self, error: Exception) -> None:
        if not self._fault:
            self._fault = self._described(error)
            self._spawn(self._probe())

    def _described(self, error: Exception) -> str:
        return f"{self.address} is down: {str(error) or 'no answer in time'}"

    async def _probe(self) -> None:
        """Wait until the server answers again."""
        while self._fault:
            await self.clock.sleep(PROBE_EVERY)
            try:
                async with self.clock.timeout(self.timeout):
                    await drop_idle(self.client)
                    await self.client.execute_command("PING")
            except _DOWN as error:
                self._fault = self._described(error)
            else:
                self._fault = ""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _resolve(batch: Batch, replies: Sequence[Any]) -> None:
    for (_, future), reply in zip(batch, replies, strict=True):
        if future.done():  # its caller has left
            continue
        if isinstance(reply, Exception):
            future.set_exception(reply)
        else:
            future.set_result(reply)


@asynccontextmanager
async def shared_multiplexer(settings: RedisSettings, context: Context) -> AsyncIterator[Multiplexer]:
    """Yield the multiplexer that all providers of one stack share; the last to leave closes it."""
    redis: Multiplexer | None = context.shared.get(settings)
    if redis is None:
        free = asyncio.Semaphore(settings.max_connections)
        redis = Multiplexer(client_of(settings), settings.url, context.clock, settings.timeout, free)
        context.shared[settings] = redis
    redis.users += 1
    try:
        yield redis
    finally:
        redis.users -= 1
        if not redis.users:
            del context.shared[settings]
            await redis.close()
