"""A Redis behind sentinels and a Redis cluster lose their masters, while many links use them.

    python drills/redis_failover.py [--links 16]

Prints how soon the last of the links was back, and exits with 1 if one was late or never came.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from redis_link import BACK_WITHIN, Start, all_back, drill, ended, keep_using, linked, report, told

from places_redis.testing import RedisServer, free_port


DOWN_AFTER, NODE_TIMEOUT = 2.0, 1.0
AFTER_DOWN = 3.0
SLOTS = 16_384
KEYS = [("SET", key, 1) for key in ("b", "c", "a")]  # one on each of three masters


async def sentinels(start: Start, folder: Path, number: int) -> None:
    """Let the first of three sentinels hang together with the master."""
    master = await start()
    await start("--replicaof", "127.0.0.1", str(master.port))
    watching = [await start(_settings(folder / f"{n}.conf", master), "--sentinel") for n in range(3)]
    for fact in ("'num-other-sentinels': '2'", "'num-slaves': '1'"):
        await _until(fact, watching[2], "SENTINEL", "MASTER", "ours")
    nodes = ",".join(f"127.0.0.1:{server.port}" for server in watching)
    async with linked(f"redis+sentinel://{nodes}/ours", number) as links:
        await all_back(links, time.monotonic())
        using = [asyncio.create_task(keep_using(redis)) for redis in links]
        master.pause()
        watching[0].pause()
        since = time.monotonic()
        switching = asyncio.create_task(_switched(watching[1], master, since))
        took = await all_back(links, since)
        report("first sentinel and master hang", took, DOWN_AFTER + AFTER_DOWN)
        print(f"the other sentinels had a new master after {await switching:.2f} s")
        await ended(using)


async def _switched(sentinel: RedisServer, master: RedisServer, since: float) -> float:
    address = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "ours")
    while str(master.port) in str(await told(sentinel, *address)):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return time.monotonic() - since


def _settings(path: Path, master: RedisServer) -> str:
    """Write what a sentinel is to watch, and return where it stands."""
    lines = (
        f"sentinel monitor ours 127.0.0.1 {master.port} 2",
        f"sentinel down-after-milliseconds ours {DOWN_AFTER * 1000:.0f}",
    )
    path.write_text("\n".join(lines) + "\n")
    return str(path)


async def _until(fact: str, server: RedisServer, *command: str) -> None:
    """Wait until the reply to a command shows a fact."""
    async with asyncio.timeout(30):
        while fact not in str(await told(server, *command)).replace("b'", "'"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def cluster(start: Start, folder: Path, number: int) -> None:
    """Kill each master of a cluster of three in turn, and start it again as a replica."""
    nodes = await _cluster(start, folder)
    url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)
    async with linked(url, number) as links:
        await all_back(links, time.monotonic(), *KEYS)
        using = [asyncio.create_task(keep_using(redis, *KEYS)) for redis in links]
        took: list[float] = []
        for master, replica in zip(nodes[:3], nodes[3:], strict=True):
            master.kill()
            await _until("'master'", replica, "ROLE")
            took += await all_back(links, time.monotonic(), *KEYS)
            await asyncio.to_thread(master.start)
        report("cluster, after the replica has taken over", took, BACK_WITHIN)
        await ended(using)


async def _cluster(start: Start, folder: Path) -> Sequence[RedisServer]:
    """Start three masters, and then a replica of each."""
    ports = [next(port for port in iter(free_port, None) if port < 50_000) for _ in range(6)]
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", f"{NODE_TIMEOUT * 1000:.0f}")
    nodes = [
        await start(*options, "--cluster-config-file", str(folder / f"{port}.conf"), port=port)
        for port in ports
    ]
    for index, node in enumerate(nodes[:3]):
        slots = range(-(-SLOTS * index // 3), -(-SLOTS * (index + 1) // 3))
        await told(node, "CLUSTER", "ADDSLOTS", *slots)
    for node in nodes[1:]:
        await told(node, "CLUSTER", "MEET", "127.0.0.1", nodes[0].port)
    for master, replica in zip(nodes[:3], nodes[3:], strict=True):
        name = (await told(master, "CLUSTER", "MYID")).decode()
        await _until(name, replica, "CLUSTER", "NODES")
        await told(replica, "CLUSTER", "REPLICATE", name)
        await _until("'master_link_status': 'up'", replica, "INFO", "replication")
    for node in nodes:
        await _until("cluster_state:ok", node, "CLUSTER", "INFO")
    return nodes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--links", type=int, default=16)
    asyncio.run(drill(parser.parse_args().links, sentinels, cluster))


if __name__ == "__main__":
    main()
