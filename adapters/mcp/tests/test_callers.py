"""Who asks, as far as the limit of a caller is concerned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp import Client

from places_core import Places
from places_core.serving import allowed_hosts
from places_core.testing import FakeBackend, fake_places
from places_mcp.server import make_server
from places_mcp.transport.http import make_app


HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
VERSION = "2026-07-28"
MODERN = {"MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": "places_search"}
META = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": {}}


@pytest.fixture
async def limited(backend: FakeBackend) -> AsyncIterator[Places]:
    async with fake_places(backend, clock=backend.clock, limiter={"caller_rate": "2/minute"}) as places:
        yield places


async def over_http(places: Places, era: str, addresses: list[str]) -> list[bool]:
    """Ask ten new questions from each address; return which were answered."""
    app = make_app(make_server(places), allowed_hosts("127.0.0.1", 8000))
    answered: list[bool] = []
    async with app.router.lifespan_context(app):
        for address in addresses:
            async with _client(app, address) as client:
                texts = [f"coffee {number} for {address}" for number in range(10)]
                answered += [await _is_answered(client, era, text) for text in texts]
    return answered


@asynccontextmanager
async def _client(app: object, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, client=(address, 50_000))  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def _is_answered(client: httpx2.AsyncClient, era: str, text: str) -> bool:
    modern = era == VERSION
    params = {"name": "places_search", "arguments": {"query": text}} | ({"_meta": META} if modern else {})
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    response = await client.post("/mcp", headers=HEADERS | (MODERN if modern else {}), json=call)
    return not response.json()["result"]["isError"]


async def test_an_address_gets_no_more_than_its_share(limited: Places, era: str) -> None:
    answered = await over_http(limited, era, ["192.0.2.1", "192.0.2.2"])

    assert [2, 2] == [sum(answered[:10]), sum(answered[10:])]


async def test_all_addresses_of_a_host_are_one_caller(limited: Places, era: str) -> None:
    answered = await over_http(limited, era, ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"])

    assert [2, 0, 2] == [sum(answered[start : start + 10]) for start in (0, 10, 20)]


async def test_the_client_over_a_pipe_is_one_caller(limited: Places, era: str) -> None:
    answered = 0
    for connection in range(2):
        async with Client(make_server(limited), mode=era) as client:
            for number in range(5):
                text = f"coffee {connection} {number}"
                answered += not (await client.call_tool("places_search", {"query": text})).is_error

    assert 2 == answered
