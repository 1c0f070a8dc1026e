from __future__ import annotations

import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest
from mcp import Client

from places_core import Places
from places_core.serving import allowed_hosts, bind
from places_core.testing import ServedProcess, served
from places_mcp.server import make_server
from places_mcp.transport.http import MAX_BODY, make_app


Listen = Callable[..., AbstractContextManager[ServedProcess]]
Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[[Collection[str]], AbstractAsyncContextManager[httpx2.AsyncClient]]

HOSTS = allowed_hosts("127.0.0.1", 8000)
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
    """Serve the tools without a socket, to those who call them by one of these hosts."""

    @asynccontextmanager
    async def served(hosts: Collection[str]) -> AsyncIterator[httpx2.AsyncClient]:
        app = make_app(make_server(places), hosts)
        transport = httpx2.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
        ):
            yield client

    return served


@pytest.fixture
def listen(talkative: dict[str, str], tmp_path: Path) -> Listen:
    """Serve on a free port."""
    return partial(served, "serve", "mcp", "--http", "--port", "0", environ=talkative, cwd=tmp_path)


async def status(client: httpx2.AsyncClient, **headers: str) -> int:
    response = await client.post("/mcp", headers={**HEADERS, **headers}, json=LIST)
    return response.status_code


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
async def test_it_answers_to_the_names_of_this_machine(serve: Serve, host: str) -> None:
    async with serve(HOSTS) as client:
        assert 200 == await status(client, Host=host, Origin=f"http://{host}")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8000.evil.example", "a@127.0.0.1:8000"]
)
async def test_other_names_are_refused(serve: Serve, host: str) -> None:
    async with serve(HOSTS) as client:
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
    hosts = allowed_hosts(address, 8000)
    host = min(hosts)
    async with serve(hosts) as client:
        assert 200 == await status(client, Host=host)
        assert 403 == await status(client, Host=host, Origin=origin)
        assert 421 == await status(client, Host="evil.example:8000")


async def test_the_name_of_a_proxy_can_be_allowed(serve: Serve) -> None:
    async with serve(allowed_hosts("0.0.0.0", 8000, ("places.example", "other.example:8443"))) as client:
        assert 200 == await status(client, Host="places.example", Origin="https://places.example")
        assert 200 == await status(client, Host="other.example:8443")
        assert 421 == await status(client, Host="other.example")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
async def test_there_is_nothing_but_to_post(serve: Serve, method: str) -> None:
    async with serve(HOSTS) as client:
        assert 405 == (await client.request(method, "/mcp")).status_code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 20_000])
@pytest.mark.parametrize("headers", [HEADERS, MODERN], ids=["legacy", "2026-07-28"])
async def test_a_body_that_is_no_message_is_refused_and_the_server_goes_on(
    serve: Serve, body: bytes, headers: dict[str, str]
) -> None:
    async with serve(HOSTS) as client:
        refused = await client.post("/mcp", headers=headers, content=body)

        assert 400 <= refused.status_code < 500
        assert "Traceback" not in refused.text
        assert 200 == await status(client)


async def test_a_body_that_is_too_long_is_refused(serve: Serve) -> None:
    async with serve(HOSTS) as client:
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
    async with serve(HOSTS) as client:
        response = await client.post("/mcp", headers={**MODERN, **changes}, json=CALL)

    assert 400 == response.status_code
    assert code == response.json()["error"]["code"]


async def test_a_request_stands_alone_and_is_answered_in_json(serve: Serve) -> None:
    async with serve(HOSTS) as client:
        response = await client.post("/mcp", headers=MODERN, json=CALL)

    assert "application/json" == response.headers["content-type"]
    assert "mcp-session-id" not in response.headers
    assert response.json()["result"]["structuredContent"]["ready"]


async def test_all_clients_are_told_the_same_tools(serve: Serve) -> None:
    modern = {**HEADERS, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
    async with serve(HOSTS) as client:
        one = await client.post("/mcp", headers=HEADERS, json=LIST)
        other = await client.post("/mcp", headers=modern, json={**LIST, "params": {"_meta": META}})

    assert one.json()["result"]["tools"] == other.json()["result"]["tools"]


async def test_a_client_finds_the_same_over_a_socket_in_both_eras(listen: Listen, era: str) -> None:
    with listen() as server:
        async with Client(server.url, mode=era) as client:
            tools = (await client.list_tools()).tools
            result = await client.call_tool("places_search", {"query": "coffee"})

    assert 6 == len(tools)
    assert ["Coffee Corner", "Coffee House", "Null Island Coffee"] == [
        place["name"] for place in result.structured_content["places"]
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_as_a_success(listen: Listen, number: signal.Signals) -> None:
    with listen() as server:
        server.process.send_signal(number)
        code = server.wait()

    assert 0 == code
    assert f"places mcp listening on {server.url}\nclosed\n" == server.output


async def test_a_server_on_all_interfaces_announces_an_address_that_it_answers_to(listen: Listen) -> None:
    with listen("--host", "0.0.0.0") as server:
        async with Client(server.url) as client:
            tools = (await client.list_tools()).tools

    assert 6 == len(tools)


@pytest.mark.parametrize(
    ("host", "reason"), [("127.0.0.1", "port {port} is in use"), ("nowhere.invalid", "cannot listen on")]
)
def test_what_keeps_it_from_listening_is_one_clear_line(run: Run, host: str, reason: str) -> None:
    with bind("127.0.0.1", 0) as (_, port):
        refused = run("--http", "--host", host, "--port", str(port))

    assert (1, "") == (refused.returncode, refused.stdout)
    assert refused.stderr.startswith(f"error: {reason.format(port=port)}")
    assert 1 == len(refused.stderr.splitlines())
