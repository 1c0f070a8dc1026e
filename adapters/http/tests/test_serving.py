from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from places_core import Places
from places_core.testing import ServedProcess, install_plugin, served


Serve = Callable[..., AbstractContextManager[ServedProcess]]

WORKERS = pytest.mark.parametrize("workers", ["1", "2"])
SEARCH = "/v1/places:searchText"
COFFEE = b'{"textQuery": "coffee"}'
COLLECTED = """
import gc
import sys

from places_core import hookimpl
from places_core.testing import FakeBackend


class CollectedBackend(FakeBackend):
    name = "collected"

    async def search_text(self, query):
        print("collector", gc.get_threshold()[0], gc.get_freeze_count(), file=sys.stderr, flush=True)
        return await super().search_text(query)


@hookimpl
def places_backends():
    return [CollectedBackend]
"""


@pytest.fixture
def serve(talkative: dict[str, str], tmp_path: Path) -> Serve:
    """Serve on a free port with so many workers."""
    return partial(served, "serve", "http", "--port", "0", "--workers", environ=talkative, cwd=tmp_path)


@WORKERS
async def test_it_says_where_it_listens_and_how_to_try_it(serve: Serve, workers: str) -> None:
    with serve(workers) as server:
        trial = server.expect(r"try: curl (\S+)")[1]
        async with ClientSession() as client, client.get(f"{server.url}/healthz") as response:
            health = await response.json()

    assert f"{server.url}{SEARCH}" == trial
    assert 0 != server.port
    assert {"status": "ok"} == health


@WORKERS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_request_under_way_is_answered_before_a_signal_ends_the_server(
    serve: Serve, workers: str, number: signal.Signals
) -> None:
    with serve(workers) as server:
        async with ClientSession(server.url) as client:
            asked = asyncio.create_task(client.post(SEARCH, data=COFFEE))
            await asyncio.to_thread(server.expect, "asked")
            server.process.send_signal(number)
            response = await asked
            found = await response.json()
        code = server.wait()

    assert ["Coffee Corner", "Coffee House", "Null Island Coffee"] == [
        place["displayName"]["text"] for place in found["places"]
    ]
    assert 0 == code
    assert "closed" in server.output
    assert "Traceback" not in server.output


@WORKERS
async def test_the_garbage_collector_passes_over_what_was_loaded_at_the_start(
    serve: Serve, tmp_path: Path, workers: str
) -> None:
    install_plugin(tmp_path, "collected", COLLECTED)
    with serve(workers, environ={"PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "collected"}) as server:
        async with ClientSession(server.url) as client, client.post(SEARCH, data=COFFEE):
            found = await asyncio.to_thread(server.expect, r"collector (\d+) (\d+)")

    assert 50_000 == int(found[1])
    assert 10_000 < int(found[2])


@WORKERS
async def test_an_outage_is_rehearsed_by_a_fault_plan(serve: Serve, tmp_path: Path, workers: str) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('[[faults]]\nkind = "drop"\n')
    with serve(workers, "--faults", str(plan)) as server:
        async with ClientSession(server.url) as client, client.post(SEARCH, data=COFFEE) as response:
            failed = response.status
        async with ClientSession(server.url) as client, client.get("/v1/status") as response:
            status = await response.json()

    assert 503 == failed
    assert ["drop in 100 % of backend"] == [each["fault"] for each in status["fault_plan"]]


async def test_a_program_that_serves_by_itself_keeps_its_garbage_collector(
    places: Places, listening: Callable[[Places], AbstractAsyncContextManager[ClientSession]]
) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    async with listening(places) as client, client.post(SEARCH, data=COFFEE):
        after = gc.get_threshold(), gc.get_freeze_count()

    assert before == after


async def test_many_connections_may_wait_to_be_accepted(
    places: Places, listening: Callable[[Places], AbstractAsyncContextManager[ClientSession]]
) -> None:
    async with listening(places) as client, client.get("/healthz") as response:
        port = response.url.port
        with ExitStack() as connections:  # while the loop accepts none of them
            for _ in range(300):
                connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))


@WORKERS
def test_a_port_in_use_is_one_clear_line(serve: Serve, talkative: dict[str, str], workers: str) -> None:
    with serve(workers) as first:
        port = str(first.port)
        command = [sys.executable, "-m", "places_core.cli", "serve", "http", "--port", port]
        second = subprocess.run(
            [*command, "--workers", workers],
            env=os.environ | talkative,
            capture_output=True,
            text=True,
            check=False,
        )

    hint = "choose another with --port, or any free one with --port 0"
    assert (1, f"error: port {port} is in use on 127.0.0.1; {hint}\n") == (second.returncode, second.stderr)


async def test_a_worker_that_dies_is_replaced(serve: Serve) -> None:
    with serve("2") as server:
        async with ClientSession(server.url) as client:
            asked = asyncio.create_task(client.post(SEARCH, data=COFFEE))
            worker = await asyncio.to_thread(server.expect, r"asked (\d+)")
            os.kill(int(worker[1]), signal.SIGKILL)
            with pytest.raises(ClientConnectionError):
                await asked
            await asyncio.to_thread(server.expect, "WARNING places.http: A worker died with exit code -9")
            async with client.post(SEARCH, data=COFFEE) as response:
                status = response.status

        assert 200 == status
        assert 0 == server.stop()
