"""Clients that no longer want their answer."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from places_core.testing import ServedProcess, served
from places_mcp.transport.disconnect import CancelOnDisconnect


Listen = Callable[[], AbstractContextManager[ServedProcess]]

MODERN = "2026-07-28"
COFFEE = {"query": "coffee"}
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
HEADERS_OF = {
    "legacy": HEADERS,
    MODERN: {
        **HEADERS,
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": "tools/call",
        "Mcp-Name": "places_search",
    },
}


def posted(server: ServedProcess, era: str, tool: str = "places_search") -> socket.socket:
    """Call a tool, and return the connection before the answer comes."""
    params: dict[str, Any] = {"name": tool, "arguments": COFFEE if tool == "places_search" else {}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {**params, "_meta": META}}
    body = json.dumps(call).encode()
    headers = {**HEADERS_OF[era], "Host": f"127.0.0.1:{server.port}", "Content-Length": len(body)}
    if era == MODERN:
        headers["Mcp-Name"] = tool
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode() + body)
    return connection


def status(connection: socket.socket) -> bytes:
    return connection.recv(65_536).partition(b"\r\n")[0]


class TestHttp:
    @pytest.fixture
    def listen(self, patient: dict[str, str], tmp_path: Path) -> Listen:
        """Serve on a free port."""
        return partial(served, "serve", "mcp", "--http", "--port", "0", environ=patient, cwd=tmp_path)

    async def test_a_client_that_hangs_up_ends_the_call_to_the_backend(
        self, listen: Listen, era: str
    ) -> None:
        with listen() as server:
            with posted(server, era):
                server.expect("asked")
            server.expect("cancelled")
            with posted(server, era, "places_status") as other:
                alive = status(other)

        assert b"HTTP/1.1 200 OK" == alive
        assert "Traceback" not in server.output
        assert "ASGI" not in server.output

    async def test_a_call_that_is_cancelled_ends_the_call_to_the_backend(self, listen: Listen) -> None:
        with listen() as server:
            async with Client(server.url, mode=MODERN) as client:
                call = asyncio.create_task(client.call_tool("places_search", COFFEE))
                await asyncio.to_thread(server.expect, "asked")
                call.cancel()
                await asyncio.to_thread(server.expect, "cancelled")

    async def test_another_client_with_the_same_question_is_still_answered(
        self, listen: Listen, tmp_path: Path
    ) -> None:
        with listen() as server:
            leaving = posted(server, "legacy")
            server.expect("asked")
            with posted(server, MODERN) as staying:
                catch_up(server)
                leaving.close()
                catch_up(server)
                (tmp_path / "go").touch()
                answered = status(staying)

        assert b"HTTP/1.1 200 OK" == answered
        assert 1 == server.output.count("asked")
        assert "cancelled" not in server.output


def catch_up(server: ServedProcess) -> None:
    """Return once the server has taken note of all that was sent to it before."""
    for _ in range(3):
        with posted(server, "legacy", "places_status") as connection:
            status(connection)


class TestAnApp:
    """What happens to the app whose clients are watched."""

    async def test_what_it_raises_reaches_the_exception_handlers_unchanged(self) -> None:
        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            raise HTTPException(418)

        with pytest.raises(HTTPException):
            await CancelOnDisconnect(failing)({}, never_leaving(), unheard)

    async def test_its_own_cancellation_goes_on_to_the_caller(self) -> None:
        begun = asyncio.Event()

        async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            begun.set()
            await asyncio.Event().wait()

        request = asyncio.create_task(CancelOnDisconnect(hanging)({}, never_leaving(), unheard))
        await begun.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        await asyncio.sleep(0)

        assert {asyncio.current_task()} == asyncio.all_tasks()

    async def test_it_is_cancelled_once_its_client_leaves_and_its_caller_goes_on(self) -> None:
        ended: list[str] = []

        async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("cancelled")

        messages = iter([{"type": "http.request"}, {"type": "http.disconnect"}])

        async def leaving() -> Message:
            return next(messages)

        await CancelOnDisconnect(hanging)({}, leaving, unheard)

        task = asyncio.current_task()
        assert task is not None
        assert (["cancelled"], 0) == (ended, task.cancelling())


def never_leaving() -> Receive:
    """Return what a client sends who waits for the answer."""
    messages = iter([{"type": "http.request"}])

    async def receive() -> Message:
        for message in messages:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    return receive


async def unheard(message: Message) -> None:
    """Send to nobody."""


class TestStdio:
    @pytest.fixture
    def patience(self, command: StdioServerParameters, patient: dict[str, str]) -> StdioServerParameters:
        return command.model_copy(update={"env": {**os.environ, **patient}})

    async def test_a_call_that_is_cancelled_ends_the_call_to_the_backend(
        self, patience: StdioServerParameters, era: str
    ) -> None:
        async with started(patience, era) as (client, expect):
            call = asyncio.create_task(client.call_tool("places_search", COFFEE))
            await expect("asked")
            call.cancel()
            await expect("cancelled")
            tools = (await client.list_tools()).tools

        assert 6 == len(tools)

    async def test_another_call_with_the_same_question_is_still_answered(
        self, patience: StdioServerParameters, tmp_path: Path
    ) -> None:
        async with started(patience, "legacy") as (client, expect):
            leaving = asyncio.create_task(client.call_tool("places_search", COFFEE))
            await expect("asked")
            staying = asyncio.create_task(client.call_tool("places_search", COFFEE))
            await client.call_tool("places_status")
            leaving.cancel()
            await client.call_tool("places_status")
            (tmp_path / "go").touch()
            result = await staying

        assert not result.is_error


Expect = Callable[[str], Any]


@asynccontextmanager
async def started(command: StdioServerParameters, era: str) -> AsyncIterator[tuple[Client, Expect]]:
    """Start the adapter, and yield its client and what waits for a line on its standard error."""
    read, write = os.pipe()
    with os.fdopen(read) as lines, os.fdopen(write, "w") as errors:

        async def expect(word: str) -> None:
            while (line := await asyncio.to_thread(lines.readline)).strip() != word:
                assert line, f"the adapter ended without writing {word}"

        async with Client(stdio_client(command, errlog=errors), mode=era) as client:
            errors.close()
            yield client, expect
