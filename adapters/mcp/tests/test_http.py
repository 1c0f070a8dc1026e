from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client

from places_core import Places
from places_mcp.server import make_server
from places_mcp.transport.http import MAX_BODY, Listening, make_app


Start = Callable[..., Awaitable[Any]]
Serve = Callable[[Listening], AbstractAsyncContextManager[httpx2.AsyncClient]]

LISTENING = Listening("127.0.0.1", 8000)
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
MODERN = {
    **HEADERS,
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "places_status",
}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "places_status", "arguments": {}, "_meta": META},
}


@pytest.fixture
def serve(places: Places) -> Serve:
    """Serve the tools without a socket, as if listening there."""

    @asynccontextmanager
    async def served(listening: Listening) -> AsyncIterator[httpx2.AsyncClient]:
        app = make_app(make_server(places), listening)
        transport = httpx2.ASGITransport(app)
        url = f"http://{listening.authority}"
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url=url) as client,
        ):
            yield client

    return served


async def status(client: httpx2.AsyncClient, **headers: str) -> int:
    response = await client.post("/mcp", headers={**HEADERS, **headers}, json=LIST)
    return response.status_code


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
async def test_it_answers_to_the_names_of_this_machine(serve: Serve, host: str) -> None:
    async with serve(LISTENING) as client:
        assert 200 == await status(client, Host=host, Origin=f"http://{host}")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8000.evil.example", "a@127.0.0.1:8000"]
)
async def test_other_names_are_refused(serve: Serve, host: str) -> None:
    async with serve(LISTENING) as client:
        assert 421 == await status(client, Host=host)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "192.0.2.7", "::"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:8000@evil.example",
        "http://localhost:8000.evil.example",
    ],
)
async def test_web_pages_from_elsewhere_are_refused_wherever_it_listens(
    serve: Serve, address: str, origin: str
) -> None:
    listening = Listening(address, 8000)
    [host, *_] = listening.security().allowed_hosts
    async with serve(listening) as client:
        assert 200 == await status(client, Host=host)
        assert 403 == await status(client, Host=host, Origin=origin)
        assert 421 == await status(client, Host="evil.example:8000")


async def test_the_name_of_a_proxy_can_be_allowed(serve: Serve) -> None:
    async with serve(Listening("0.0.0.0", 8000, ("places.example", "other.example:8443"))) as client:
        assert 200 == await status(client, Host="places.example", Origin="https://places.example")
        assert 200 == await status(client, Host="other.example:8443")
        assert 421 == await status(client, Host="other.example")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
async def test_there_is_nothing_but_to_post(serve: Serve, method: str) -> None:
    async with serve(LISTENING) as client:
        assert 405 == (await client.request(method, "/mcp")).status_code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 20_000])
@pytest.mark.parametrize("headers", [HEADERS, MODERN], ids=["legacy", "2026-07-28"])
async def test_a_body_that_is_no_message_is_refused_and_the_server_goes_on(
    serve: Serve, body: bytes, headers: dict[str, str]
) -> None:
    async with serve(LISTENING) as client:
        refused = await client.post("/mcp", headers=headers, content=body)

        assert 400 <= refused.status_code < 500
        assert "Traceback" not in refused.text
        assert 200 == await status(client)


async def test_a_body_that_is_too_long_is_refused(serve: Serve) -> None:
    async with serve(LISTENING) as client:
        response = await client.post("/mcp", headers=HEADERS, content=b" " * (MAX_BODY + 1))

    assert 413 == response.status_code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Mcp-Name": "places_search"}, -32020),
        ({"Mcp-Method": "tools/list"}, -32020),
        ({"MCP-Protocol-Version": "2099-01-01"}, -32020),
    ],
)
async def test_headers_that_contradict_the_body_are_refused(
    serve: Serve, changes: dict[str, str], code: int
) -> None:
    async with serve(LISTENING) as client:
        response = await client.post("/mcp", headers={**MODERN, **changes}, json=CALL)

    assert 400 == response.status_code
    assert code == response.json()["error"]["code"]


async def test_a_request_stands_alone_and_is_answered_in_json(serve: Serve) -> None:
    async with serve(LISTENING) as client:
        response = await client.post("/mcp", headers=MODERN, json=CALL)

    assert "application/json" == response.headers["content-type"]
    assert "mcp-session-id" not in response.headers
    assert response.json()["result"]["structuredContent"]["ready"]


async def test_all_clients_are_told_the_same_tools(serve: Serve) -> None:
    modern = {**HEADERS, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
    async with serve(LISTENING) as client:
        one = await client.post("/mcp", headers=HEADERS, json=LIST)
        other = await client.post("/mcp", headers=modern, json={**LIST, "params": {"_meta": META}})

    assert one.json()["result"]["tools"] == other.json()["result"]["tools"]


async def test_a_client_finds_the_same_over_a_socket_in_both_eras(start: Start, era: str) -> None:
    program = await start("--http", "--port", "0")

    async with Client(await program.address(), mode=era) as client:
        tools = (await client.list_tools()).tools
        result = await client.call_tool("places_search", {"query": "coffee"})

    assert 6 == len(tools)
    assert ["Coffee Corner", "Coffee House", "Null Island Coffee"] == [
        place["name"] for place in result.structured_content["places"]
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_server_as_a_success(start: Start, number: signal.Signals) -> None:
    program = await start("--http", "--port", "0")
    await program.address()

    program.process.send_signal(number)

    assert (0, "", "closed\n") == await program.end()


async def test_a_port_in_use_is_one_clear_line(start: Start) -> None:
    first = await start("--http", "--port", "0")
    port = (await first.address()).split(":")[2].removesuffix("/mcp")

    second = await start("--http", "--port", port)

    hint = "choose another with --port, or any free one with --port 0"
    assert (1, "", f"error: port {port} is in use on 127.0.0.1; {hint}\n") == await second.end()


async def test_a_host_that_is_none_is_one_clear_line(start: Start) -> None:
    program = await start("--http", "--host", "nowhere.invalid")

    code, output, errors = await program.end()

    assert (1, "") == (code, output)
    assert errors.startswith("error: cannot listen on nowhere.invalid, port 8000: ")
    assert 1 == len(errors.splitlines())
