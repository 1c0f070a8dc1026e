"""The tools over stdin and stdout, for the client that started this process."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias, cast

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from attrs import Factory, define
from mcp import types
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage

from places_core import Places
from places_core.settings import Config

from ..server import make_server


logger = logging.getLogger(__name__)

Message: TypeAlias = SessionMessage | Exception

FAREWELL = 10.0
"""Seconds that the requests in progress may take once stdin has ended."""


def serve_stdio(config: Config) -> int:
    """Serve until the client closes stdin or a signal arrives, and return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        asyncio.run(_serve(config))
    except* (KeyboardInterrupt, BrokenPipeError):
        logger.debug("The client has left")
    return 0


async def _serve(config: Config) -> None:
    lines = cast("anyio.AsyncFile[str]", _lines())
    async with Places.open(config) as places, stdio_server(stdin=lines) as (incoming, outgoing):
        server, unanswered = make_server(places), _Unanswered()
        asking, asked = anyio.create_memory_object_stream[Message]()
        answering, answered = anyio.create_memory_object_stream[SessionMessage]()
        async with outgoing, anyio.create_task_group() as tasks:
            tasks.start_soon(unanswered.pass_questions, incoming, asking)
            tasks.start_soon(unanswered.pass_answers, answered, outgoing.send)
            await server.run(asked, answering, server.create_initialization_options())


async def _lines() -> AsyncIterator[str]:
    """Yield the lines of stdin and stay cancellable, unlike the SDK's own reader, which blocks in a read."""
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def pump() -> None:
        with open(0, "rb", closefd=False) as stdin, suppress(RuntimeError):  # raised once the loop is closed
            for line in stdin:
                loop.call_soon_threadsafe(arrived.put_nowait, line)
            loop.call_soon_threadsafe(arrived.put_nowait, b"")

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    while line := await arrived.get():
        yield line.decode(errors="replace")


@define
class _Unanswered:
    """Holds back the end of stdin until everything is answered: the SDK would drop requests in progress."""

    _ids: set[types.RequestId] = Factory(set)
    _settled: asyncio.Event = Factory(asyncio.Event)

    async def pass_questions(
        self, source: AsyncIterable[Message], sink: MemoryObjectSendStream[Message]
    ) -> None:
        async with sink:
            async for message in source:
                self._note_question(message)
                await sink.send(message)
            with anyio.move_on_after(FAREWELL):
                while self._ids:
                    self._settled.clear()
                    await self._settled.wait()

    async def pass_answers(
        self,
        source: MemoryObjectReceiveStream[SessionMessage],
        send: Callable[[SessionMessage], Awaitable[None]],
    ) -> None:
        async with source:
            async for answer in source:
                await send(answer)
                self._note_answer(answer.message)

    def _note_question(self, message: Message) -> None:
        said = message.message if isinstance(message, SessionMessage) else None
        if isinstance(said, types.JSONRPCRequest):
            self._ids.add(said.id)
        elif isinstance(said, types.JSONRPCNotification) and said.method == "notifications/cancelled":
            self._settle((said.params or {}).get("requestId", ""))

    def _note_answer(self, said: types.JSONRPCMessage) -> None:
        if isinstance(said, types.JSONRPCResponse | types.JSONRPCError) and said.id is not None:
            self._settle(said.id)

    def _settle(self, request: types.RequestId) -> None:
        self._ids.discard(request)
        self._settled.set()
