"""Clients of redis-py, created from the settings; nothing connects before first use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis._parsers import AsyncCommandsParser
from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff

from ..address import Address
from ..settings import RedisSettings


Client = Redis | RedisCluster
_SPARE = 2  # connections for what is not pipelined, such as scanning keys


class _BlockingSentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """Asks the sentinels for the master, and waits for a free connection."""


class _Sentinels(Sentinel):
    """Searched by one connection at a time, because redis-py moves the one that answers to the front."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self._searching = asyncio.Lock()

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        async with self._searching:
            host, port = await super().discover_master(service_name)
            return host, port


class KnownCommands(AsyncCommandsParser):
    """What a cluster says of its commands, which costs 50 ms to read: one time for all clients."""

    async def initialize(self, node: ClusterNode | None = None) -> None:
        if not self.commands:
            await super().initialize(node)


def client_of(settings: RedisSettings, commands: KnownCommands) -> Client:
    """Create the client for an address; a command is sent once, and waits for a connection."""
    address = settings.url
    # With protocol 3, redis-py 8 does not check whether an idle connection was closed meanwhile.
    connects: dict[str, Any] = {"socket_connect_timeout": settings.connect_timeout, "protocol": 2}
    most = settings.max_connections + _SPARE
    if address.kind == "cluster":
        return _cluster(address, {"max_connections": most, **connects}, commands)
    # The multiplexer bounds each exchange as a whole, which is cheaper than bounding each reply.
    once = {"socket_timeout": None, "retry": Retry(NoBackoff(), 0)}
    pool = {"max_connections": most, "timeout": settings.timeout, **connects, **once}
    if address.kind == "sentinel":
        return Redis(connection_pool=_sentinel_pool(address, connects, pool))
    return Redis(connection_pool=BlockingConnectionPool.from_url(address.url, **pool))


async def nodes_of(client: Client) -> Sequence[Client | ClusterNode]:
    """Return whom to ask to ask the whole database: the server itself, or the masters of a cluster."""
    if isinstance(client, RedisCluster):
        await client.initialize()
        return client.get_primaries()
    return [client]


async def close(client: Client) -> None:
    """Close all connections of a client, and those to the sentinels."""
    if isinstance(client, RedisCluster):
        await client.aclose()
        # redis-py leaves connections open that it wants to look up anew.
        for nodes in ("nodes_cache", "startup_nodes"):
            await client.nodes_manager.aclose(nodes)
        return
    await client.aclose(close_connection_pool=True)
    sentinel = getattr(client.connection_pool, "sentinel_manager", None)
    for watching in sentinel.sentinels if sentinel else ():
        await watching.aclose(close_connection_pool=True)


def _cluster(address: Address, settings: dict[str, Any], commands: KnownCommands) -> RedisCluster:
    nodes = [ClusterNode(host, port) for host, port in address.nodes]
    given = address.login | _options(address.query)
    client = RedisCluster(startup_nodes=nodes, ssl=address.tls, **(settings | given))
    client.commands_parser = commands
    return client


def _sentinel_pool(address: Address, connects: dict[str, Any], pool: dict[str, Any]) -> _BlockingSentinelPool:
    options = _options(address.query)
    own = {
        name: options.pop(f"sentinel_{name}")
        for name in ("username", "password")
        if f"sentinel_{name}" in options
    }
    if address.tls:
        options["ssl"] = own["ssl"] = True
    # redis-py asks one sentinel after the other, and all that are silent must fit into one exchange.
    share = pool["timeout"] / (len(address.nodes) + 1)
    patience = {
        "socket_timeout": share,
        "socket_connect_timeout": min(share, connects["socket_connect_timeout"]),
    }
    asks = own | connects | patience | {"retry": pool["retry"]}
    sentinel = _Sentinels(address.nodes, sentinel_kwargs=asks)
    settings = pool | address.login | options
    # redis-py has no types for sentinels.
    return _BlockingSentinelPool(address.service, sentinel, db=address.db, **settings)  # type: ignore[no-untyped-call]


def _options(query: str) -> dict[str, Any]:
    """Parse the query string as redis-py does."""
    options = dict(parse_url(f"redis://localhost/?{query}"))
    return {name: value for name, value in options.items() if name not in ("host", "port")}
