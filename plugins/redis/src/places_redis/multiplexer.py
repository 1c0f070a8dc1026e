"""Sends the commands of one moment to the server together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from attrs import Factory, define, field
from redis.asyncio import RedisCluster
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import (
    ClusterDownError,
    DataError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,  # noqa: A004
)

from places_core.ports import Context

from .connection.client import Client, KnownCommands, client_of, nodes_of
from .connection.connections import Connections
from .connection.loop_timeout import LoopTimeout
from .settings import RedisSettings


T = TypeVar("T")
Command = tuple[bytes | str | int, ...]
Batch = Sequence[tuple[Command, asyncio.Future[Any]]]

_MAX_BATCH = 64
_OF_ONE_COMMAND = (ResponseError, DataError, UnicodeError)
"""Failures that say nothing about the server as a whole."""


class RedisDown(Exception):
    """The server does not answer; while it is down, nobody waits for it."""


@define(eq=False)
class Multiplexer:
    """Pipelines commands; a server that fails is not asked again until it answers on a new connection."""

    connections: Connections
    timeout: float
    _free: asyncio.Semaphore
    _pending: list[tuple[Command, asyncio.Future[Any]]] = Factory(list)
    users: int = field(default=0, init=False)

    def ask(self, *command: bytes | str | int) -> asyncio.Future[Any]:
        """Send a command together with all others of this moment; raises `RedisDown` at once while down."""
        if self.connections.fault:
            raise RedisDown(self.connections.fault)
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._pending:
            self.connections.spawn(self._flush())
        self._pending.append((command, reply))
        return reply

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """Send several commands together; return their replies in order."""
        return await asyncio.gather(*(self.ask(*command) for command in commands))

    async def keys(self, match: bytes) -> AsyncIterator[list[bytes]]:
        """Iterate over the keys that match a Redis pattern, without ever blocking the server."""
        for node in await self._bounded(nodes_of(self.connections.client)):
            cursor = None
            while cursor != 0:
                scan = node.execute_command("SCAN", cursor or 0, "MATCH", match, "COUNT", 1000)
                cursor, keys = await self._bounded(scan)
                yield keys

    async def unlink(self, names: Sequence[bytes]) -> int:
        """Delete keys without blocking the server; return how many there were."""
        # The nodes of a cluster refuse a command with keys of several slots.
        if isinstance(self.connections.client, RedisCluster):
            return sum(await self.ask_all([("UNLINK", name) for name in names]))
        return int(await self.ask("UNLINK", *names))

    async def count(self) -> int:
        """Count the keys of the whole database, which is cheap."""
        return sum(await self._ask_nodes("DBSIZE"))

    async def evictions(self) -> set[str]:
        """Return the policies by which the servers would evict keys, all of which expire."""
        infos = await self._ask_nodes("INFO", "memory")
        policies = {str(info["maxmemory_policy"]) for info in infos if info.get("maxmemory")}
        return policies - {"noeviction"}

    async def close(self) -> None:
        await self.connections.close()
        self._resolve(self.connections.client, self._pending, self._refusals(self._pending))

    async def _flush(self) -> None:
        """Send all commands that were asked for since this task was created."""
        pending, self._pending = self._pending, []
        for start in range(_MAX_BATCH, len(pending), _MAX_BATCH):
            self.connections.spawn(self._exchange(pending[start : start + _MAX_BATCH]))
        await self._exchange(pending[:_MAX_BATCH])

    async def _exchange(self, batch: Batch) -> None:
        client = self.connections.client
        replies: Sequence[Any] = ()
        try:
            if not self.connections.fault:
                replies = await self._sent(client, [command for command, _ in batch])
        except Exception as error:  # noqa: BLE001 - redis-py raises more than its own errors
            replies = [error] * len(batch)
        finally:
            self._resolve(client, batch, replies or self._refusals(batch))

    def _resolve(self, client: Client, batch: Batch, replies: Sequence[Any]) -> None:
        for (_, future), reply in zip(batch, replies, strict=True):
            outcome = self._judged(client, reply) if isinstance(reply, Exception) else reply
            if future.done():  # its caller has left
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _refusals(self, batch: Batch) -> Sequence[Exception]:
        return [RedisDown(self.connections.fault or "the exchange was cancelled") for _ in batch]

    async def _sent(self, client: Client, commands: Sequence[Command]) -> Sequence[Any]:
        with LoopTimeout(self.timeout) as limit:
            async with self._free:
                try:
                    return await _replies(client, commands)
                except (TimeoutError, MasterNotFoundError):  # of redis-py while connecting: nothing was sent
                    if not limit.held_up:
                        raise
                    return await _replies(client, commands)

    async def _bounded(self, exchange: Awaitable[T]) -> T:
        client = self.connections.client
        try:
            with LoopTimeout(self.timeout):
                return await exchange
        except Exception as error:
            told = self._judged(client, error)
            if told is error:
                raise
            raise told from error

    async def _ask_nodes(self, *command: str) -> list[Any]:
        nodes = await self._bounded(nodes_of(self.connections.client))
        return [await self._bounded(node.execute_command(*command)) for node in nodes]

    def _judged(self, client: Client, error: Exception) -> Exception:
        """Return what the caller is told about a failure, after doing what it calls for."""
        if isinstance(error, RedisDown):
            return error
        if isinstance(error, ClusterDownError) or not isinstance(error, _OF_ONE_COMMAND):
            return RedisDown(self.connections.failed(client, error))
        # Before Redis 7, a script hides the code of an error in its own message.
        if isinstance(error, ReadOnlyError) or "READONLY" in str(error):
            self.connections.renew(client)
        return error


async def _replies(client: Client, commands: Sequence[Command]) -> Sequence[Any]:
    if len(commands) == 1:
        return [await client.execute_command(*commands[0])]
    pipeline = client.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    return await pipeline.execute(raise_on_error=False)


@asynccontextmanager
async def shared_multiplexer(settings: RedisSettings, context: Context) -> AsyncIterator[Multiplexer]:
    """Yield the multiplexer that all providers of one stack share; the last to leave closes it."""
    redis: Multiplexer | None = context.shared.get(settings)
    if redis is None:
        connect, probed = partial(client_of, settings, KnownCommands()), f"{settings.namespace}:probe"
        connections = Connections(connect, settings.url, context.clock, settings.timeout, probed)
        redis = Multiplexer(connections, settings.timeout, asyncio.Semaphore(settings.max_connections))
        context.shared[settings] = redis
    redis.users += 1
    try:
        yield redis
    finally:
        redis.users -= 1
        if not redis.users:
            del context.shared[settings]
            await redis.close()
