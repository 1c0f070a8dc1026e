"""Fixtures for the tests of more than one package."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from places_core import Places
from places_core.testing import FakeBackend, FakeClock, fake_places, install_plugin


TALKATIVE = """
import os
import sys

from contextlib import asynccontextmanager

from places_core import hookimpl
from places_core.testing import FakeBackend


class TalkativeBackend(FakeBackend):
    name = "talkative"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings, context):
        try:
            yield cls(context.clock, delay=0.3)
        finally:
            print("closed", file=sys.stderr, flush=True)

    async def search_text(self, query):
        print("this is not for the client")
        print("asked", os.getpid(), file=sys.stderr, flush=True)
        return await super().search_text(query)


@hookimpl
def places_backends():
    return [TalkativeBackend]
"""

PATIENT = """
import asyncio
import os
import sys
from pathlib import Path

from places_core import hookimpl
from places_core.testing import FakeBackend


class PatientBackend(FakeBackend):
    name = "patient"

    async def search_text(self, query):
        await self.wait()
        return await super().search_text(query)

    async def photo(self, query):
        await self.wait()
        return await super().photo(query)

    async def wait(self):
        print("asked", file=sys.stderr, flush=True)
        try:
            while not Path(os.environ["GO"]).exists():
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            print("cancelled", file=sys.stderr, flush=True)
            raise


@hookimpl
def places_backends():
    return [PatientBackend]
"""


@pytest.fixture
async def hold_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass for the timers of the event loop, as if something had blocked it for so many seconds."""
    loop, late = asyncio.get_running_loop(), 0.0
    time = loop.time

    def held_up(seconds: float) -> None:
        nonlocal late
        late += seconds

    monkeypatch.setattr(loop, "time", lambda: time() + late)
    return held_up


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Undo what a test does to the logging of this process."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves when somebody sleeps."""
    return FakeClock(auto=True)


@pytest.fixture
def backend(clock: FakeClock) -> FakeBackend:
    return FakeBackend(clock)


@pytest.fixture
async def places(backend: FakeBackend) -> AsyncIterator[Places]:
    """A stack that does not try again."""
    async with fake_places(backend, clock=backend.clock, retry={"attempts": 1}) as opened:
        yield opened


@pytest.fixture
def talkative(tmp_path: Path) -> dict[str, str]:
    """The environment of a process whose backend writes when it is asked, and when it is closed."""
    install_plugin(tmp_path, "talkative", TALKATIVE)
    return {"PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "talkative"}


@pytest.fixture
def patient(tmp_path: Path) -> dict[str, str]:
    """The environment of a process whose backend answers as soon as there is a file `GO`.

    It writes when it is asked, and when that is cancelled.
    """
    install_plugin(tmp_path, "patient", PATIENT)
    deadline = {"PLACES_RETRY__DEADLINE": "60"}
    return {"PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "patient", "GO": str(tmp_path / "go"), **deadline}
