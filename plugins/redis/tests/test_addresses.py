"""The addresses that the setting `url` takes, and the servers behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from redis.asyncio import Redis, SSLConnection

from places_core.config import load_config
from places_core.errors import ConfigError
from places_core.plugins import Plugins
from places_core.ports import Context
from places_redis.address import ALLOWED, Address
from places_redis.cache import RedisCache
from places_redis.connection.client import KnownCommands, client_of, close
from places_redis.limiter import RedisLimiter
from places_redis.multiplexer import RedisDown
from places_redis.settings import RedisSettings
from places_redis.testing import RedisServer, free_port


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "redis://",
        "redis://host:port",
        "unix://",
        "redis+sentinel://host:1",
        "redis+sentinel://host/service/x",
        "redis+cluster://",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_opened(url: str) -> None:
    with pytest.raises(ValueError, match="the address must be redis://"):
        Address.parse(url)


def test_sentinels_are_listed_before_the_service_and_the_database() -> None:
    address = Address.parse("redis+sentinel://me:p%40ss@one:1,[::1]/my%20service/3?sentinel_password=s")

    assert (("one", 1), ("::1", 26379)) == address.nodes
    assert ("my service", 3) == (address.service, address.db)
    assert {"username": "me", "password": "p@ss"} == address.login


def test_passwords_are_not_shown() -> None:
    address = Address.parse("redis://me:secret@host:1/0?password=secret")

    assert "secret" not in str(address) + repr(address) + repr(RedisSettings(url=address))


def test_the_settings_hold_the_address_and_show_it_to_nobody(tmp_path: Path) -> None:
    url, plugins = "redis://me:secret@host:1/0", Plugins.load({})
    loaded = load_config(environ={"REDIS_URL": url}, cwd=tmp_path, plugins=plugins)
    lines = {line.path: line.value for line in loaded.lines()}

    assert Address.parse(url) == loaded.config.plugins["redis"]["url"]
    assert "***" == lines["plugins.redis.url"]
    assert "secret" not in repr(loaded)


def test_a_fault_of_an_address_does_not_quote_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config(environ={"REDIS_URL": "redis:/me:secret@"}, cwd=tmp_path, plugins=Plugins.load({}))

    assert (f"plugins.redis.url: got *** (from REDIS_URL); allowed: {ALLOWED}",) == raised.value.faults


async def test_two_letters_more_mean_tls() -> None:
    for url in ("rediss://host", "rediss+sentinel://host/service"):
        client = client_of(RedisSettings(url=Address.parse(url)), KnownCommands())

        assert isinstance(client, Redis)
        assert issubclass(client.connection_pool.connection_class, SSLConnection)
        await close(client)


async def _works(settings: RedisSettings, context: Context) -> None:
    async with RedisCache.open(settings, context) as cache, RedisLimiter.open(settings, context) as limiter:
        await asyncio.gather(*(cache.set(f"key {number}", b"value", 60) for number in range(100)))

        assert [b"value"] * 100 == await asyncio.gather(*(cache.get(f"key {n}") for n in range(100)))
        assert 100 == await cache.count()
        assert 99 == (await limiter.acquire("key")).remaining
        assert "" == await limiter.warning()
        assert 11 == await cache.clear("key 1?") + await cache.clear("key 1")
        assert 89 == await cache.clear()


@pytest.fixture
def socket_server(server: RedisServer) -> Iterator[str]:
    # The path of a socket has at most 107 characters, and that of a temporary folder may have more.
    with (
        TemporaryDirectory(dir="/tmp") as folder,
        RedisServer(server.program, ("--unixsocket", f"{folder}/s")),
    ):
        yield f"unix://{folder}/s?db=1"


async def test_a_server_behind_a_socket(socket_server: str, context: Context) -> None:
    await _works(RedisSettings(url=Address.parse(socket_server)), context)


@pytest.fixture
async def cluster(server: RedisServer, tmp_path: Path) -> AsyncIterator[RedisServer]:
    nodes = str(tmp_path / "nodes.conf")
    options = ("--cluster-enabled", "yes", "--cluster-config-file", nodes)
    # Nodes talk to each other ten thousand ports higher.
    port = next(port for port in iter(free_port, None) if port < 50_000)
    with RedisServer(server.program, options, port) as running:
        async with Redis.from_url(running.url) as client:
            command: Callable[..., Awaitable[object]] = client.execute_command
            await command("CLUSTER", "ADDSLOTS", *range(16_384))
            while "cluster_state:ok" not in str(await command("CLUSTER", "INFO")):
                await asyncio.sleep(0)
        yield running


async def test_a_cluster_before_and_after_it_is_killed(
    cluster: RedisServer, settings: RedisSettings, context: Context
) -> None:
    url = cluster.url.replace("redis://", "redis+cluster://").removesuffix("/0")
    settings = evolve(settings, url=Address.parse(url))
    async with RedisCache.open(settings, context) as cache:
        await _works(settings, context)
        cluster.kill()
        assert await _fails(cache.get("key"))
        cluster.start()
        async with asyncio.timeout(10):
            while await _fails(cache.get("key")):
                await asyncio.sleep(0.01)
        await _works(settings, context)


@pytest.fixture
def sentinels(own_server: RedisServer, tmp_path: Path) -> Iterator[list[RedisServer]]:
    settings = [tmp_path / f"sentinel-{number}.conf" for number in range(2)]
    for path in settings:
        path.write_text(f"sentinel monitor our-redis 127.0.0.1 {own_server.port} 1\n")
    first, second = (RedisServer(own_server.program, (str(path), "--sentinel")) for path in settings)
    with first, second:
        yield [first, second]


@pytest.fixture
def sentinel(sentinels: list[RedisServer]) -> str:
    nodes = ",".join(f"127.0.0.1:{watching.port}" for watching in sentinels)
    return f"redis+sentinel://{nodes}/our-redis/1"


async def test_a_master_that_sentinels_know(sentinel: str, context: Context) -> None:
    await _works(RedisSettings(url=Address.parse(sentinel)), context)


async def test_a_sentinel_that_hangs_does_not_hide_the_master_that_another_knows(
    sentinel: str, sentinels: list[RedisServer], context: Context
) -> None:
    sentinels[0].pause()

    await _works(RedisSettings(url=Address.parse(sentinel)), context)


async def test_a_new_master_is_found_while_the_old_one_and_the_first_sentinel_hang(
    sentinel: str,
    sentinels: list[RedisServer],
    own_server: RedisServer,
    server: RedisServer,
    context: Context,
) -> None:
    settings = RedisSettings(url=Address.parse(sentinel), timeout=0.3)
    async with RedisCache.open(settings, context) as cache, Redis(port=sentinels[1].port) as watching:
        await cache.set("key", b"value", 60)
        own_server.pause()
        sentinels[0].pause()
        with pytest.raises(RedisDown):
            await cache.get("key")
        command: Callable[..., Awaitable[object]] = watching.execute_command
        await command("SENTINEL REMOVE", "our-redis")
        await command("SENTINEL MONITOR", "our-redis", "127.0.0.1", server.port, 1)
        async with asyncio.timeout(3):
            while await _fails(cache.get("key")):
                await asyncio.sleep(0.01)


async def _fails(deed: Awaitable[object]) -> bool:
    try:
        await deed
    except RedisDown:
        return True
    return False
