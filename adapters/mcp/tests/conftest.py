from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from places_core import Places
from places_core.testing import FakeBackend, FakeClock, fake_places, install_plugin
from places_mcp.server import make_server


PLUGIN = """
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

ERAS = ("legacy", "2026-07-28")
Connect = Callable[[], AbstractAsyncContextManager[Client]]
Run = Callable[..., subprocess.CompletedProcess[str]]


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
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of processes whose backend prints to standard output, and says when it is closed."""
    install_plugin(tmp_path, "noisy", PLUGIN)
    return {"PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "noisy"}


@pytest.fixture
def command(environ: dict[str, str], tmp_path: Path) -> StdioServerParameters:
    """How a client starts the adapter."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "places_core.cli", "serve", "mcp"],
        env={**os.environ, **environ},
        cwd=tmp_path,
    )


@pytest.fixture
def run(command: StdioServerParameters) -> Run:
    """Run the adapter with further arguments, send it some lines, and wait until it ends."""

    def ran(*arguments: str, lines: Iterable[str] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command.command, *command.args, *arguments],
            input="".join(f"{line}\n" for line in lines),
            env=command.env,
            cwd=command.cwd,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return ran
