from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from attrs import define
from mcp import Client, StdioServerParameters

from places_core import Places
from places_core.testing import FakeBackend, FakeClock, fake_places
from places_mcp.server import make_server


PLUGIN = """
import logging
import sys

from contextlib import asynccontextmanager

from places_core import hookimpl
from places_core.testing import FakeBackend


class NoisyBackend(FakeBackend):
    name = "noisy"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings, context):
        try:
            yield cls(context.clock)
        finally:
            print("closed", file=sys.stderr, flush=True)

    async def search_text(self, query):
        print("this must not reach the client")
        return await super().search_text(query)


@hookimpl
def places_backends():
    return [NoisyBackend]
"""
RUN = "import sys; from places_core.cli import main; sys.exit(main())"

ERAS = ("legacy", "2026-07-28")
Connect = Callable[[], AbstractAsyncContextManager[Client]]


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend(FakeClock(auto=True))


@pytest.fixture
async def places(backend: FakeBackend) -> AsyncIterator[Places]:
    async with fake_places(backend, clock=backend.clock, retry={"attempts": 1}) as opened:
        yield opened


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connect(places: Places, era: str) -> Connect:
    """Connect the official client to the tools in this process, in either era of the protocol."""
    return lambda: Client(make_server(places), mode=era)


@pytest.fixture
def command(tmp_path: Path) -> StdioServerParameters:
    """How a client starts the adapter, around a backend that prints to stdout."""
    (tmp_path / "noisy_plugin.py").write_text(PLUGIN)
    info = tmp_path / "noisy-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[places]\nnoisy = noisy_plugin\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "noisy"}
    return StdioServerParameters(
        command=sys.executable, args=["-c", RUN, "serve", "mcp"], env=env, cwd=tmp_path
    )


@define
class Program:
    """The adapter in a process of its own."""

    process: asyncio.subprocess.Process

    async def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()

    async def answer(self) -> str:
        """Give the next line on standard output."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            return (await self.process.stdout.readline()).decode()

    async def address(self) -> str:
        """Give the address that it listens on."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            line = (await self.process.stderr.readline()).decode()
        assert line.startswith("places mcp listening on http://"), line
        return line.split()[-1]

    async def left(self) -> tuple[int | None, str]:
        """Wait for the end without closing stdin, and give the exit code and what is left of stderr."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            errors = await self.process.stderr.read()
            return await self.process.wait(), errors.decode()

    async def end(self) -> tuple[int | None, str, str]:
        """Close stdin, and give the exit code and what is left of both outputs."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(30):
            output, errors = await self.process.communicate()
        return self.process.returncode, output.decode(), errors.decode()


@pytest.fixture
async def start(command: StdioServerParameters) -> AsyncIterator[Callable[..., Awaitable[Program]]]:
    """Start the adapter with further arguments."""
    programs = []

    async def started(*arguments: str) -> Program:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            command.command,
            *command.args,
            *arguments,
            env=command.env,
            cwd=command.cwd,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        programs.append(Program(process))
        return programs[-1]

    yield started
    for program in programs:
        if program.process.returncode is None:
            program.process.kill()
            await program.end()
