from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from places_core import Places
from places_mcp.server import make_server


ERAS = ("legacy", "2026-07-28")
Connect = Callable[[], AbstractAsyncContextManager[Client]]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connect(places: Places, era: str) -> Connect:
    """Connect the official client to the tools in this process, in either era of the protocol."""
    return lambda: Client(make_server(places), mode=era)


@pytest.fixture
def command(talkative: dict[str, str], tmp_path: Path) -> StdioServerParameters:
    """How a client starts the adapter."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "places_core.cli", "serve", "mcp"],
        env={**os.environ, **talkative},
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
