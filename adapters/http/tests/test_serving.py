from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from yarl import URL


Start = Callable[..., Awaitable[Any]]

WORKERS = pytest.mark.parametrize("workers", ["1", "2"])


def address_in(line: str) -> URL:
    return URL(line.removeprefix("places http listening on "))


@WORKERS
async def test_it_says_where_it_listens_and_how_to_try_it(start: Start, workers: str) -> None:
    program = await start("--port", "0", "--workers", workers)

    address = address_in(await program.line("places http listening on http://127.0.0.1:"))
    trial = await program.line("try: curl")

    assert 0 != address.port
    assert f"http://127.0.0.1:{address.port}/v1/places:searchText" in trial
    async with ClientSession() as client, client.get(address / "healthz") as response:
        assert {"status": "ok"} == await response.json()


@WORKERS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_request_under_way_is_answered_before_a_signal_ends_the_server(
    start: Start, workers: str, number: signal.Signals
) -> None:
    program = await start("--port", "0", "--workers", workers)
    address = address_in(await program.line("places http listening"))

    async with ClientSession() as client:
        asked = asyncio.create_task(
            client.post(address / "v1/places:searchText", data=b'{"textQuery": "coffee"}')
        )
        await program.line("asked")
        program.signal(number)
        response = await asked
        found = await response.json()

    rest = await program.rest()
    assert ["Coffee Corner", "Coffee House", "Null Island Coffee"] == [
        place["displayName"]["text"] for place in found["places"]
    ]
    assert 0 == program.process.returncode
    assert "closed" in rest
    assert "Traceback" not in rest


@WORKERS
async def test_a_port_in_use_is_one_clear_line(start: Start, workers: str) -> None:
    first = await start("--port", "0", "--workers", workers)
    port = str(address_in(await first.line("places http listening")).port)

    second = await start("--port", port, "--workers", workers)
    rest = await second.rest()

    assert 1 == second.process.returncode
    [line] = [line for line in rest.splitlines() if line != "closed"]
    assert f"error: port {port} is in use on 127.0.0.1; choose another one with --port" in line


async def test_a_worker_that_dies_is_replaced(start: Start) -> None:
    program = await start("--port", "0", "--workers", "2")
    address = address_in(await program.line("places http listening"))
    search = address / "v1/places:searchText"

    async with ClientSession() as client:
        asked = asyncio.create_task(client.post(search, data=b'{"textQuery": "coffee"}'))
        os.kill(int((await program.line("asked")).split()[1]), signal.SIGKILL)
        with pytest.raises(ClientConnectionError):
            await asked
        await program.line("WARNING places.http: A worker died with exit code -9")
        async with client.post(search, data=b'{"textQuery": "coffee"}') as response:
            status = response.status

    program.signal(signal.SIGTERM)
    await program.rest()
    assert 200 == status
    assert 0 == program.process.returncode
