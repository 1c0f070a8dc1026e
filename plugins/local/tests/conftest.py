from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from places_core.models import Circle, LatLng
from places_core.ports import Reply
from places_core.testing import FakeClock
from places_local.backend import LocalBackend
from places_local.embedded import ABOUT, elements
from places_local.importing.build import build
from places_local.index.reader import Index
from places_local.settings import LocalSettings


MONDAY_NOON = 1_763_373_600.0  # 2025-11-17 12:00 in Helsinki


@pytest.fixture(scope="session")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "helsinki.sqlite"
    build(path, elements(), ABOUT)
    return path


@pytest.fixture
def index(helsinki: Path) -> Any:
    index = Index.open(helsinki)
    yield index
    index.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def context(clock: FakeClock) -> Any:
    return SimpleNamespace(clock=clock, config=None, report=lambda event: None)


@pytest.fixture
async def backend(helsinki: Path, context: Any) -> AsyncIterator[LocalBackend]:
    async with LocalBackend.open(LocalSettings(path=str(helsinki)), context) as backend:
        yield backend


@pytest.fixture
def circle() -> Callable[..., Circle]:
    """A circle; by default around the railway station."""

    def make(radius: float, latitude: float = 60.171, longitude: float = 24.941) -> Circle:
        return Circle(center=LatLng(latitude=latitude, longitude=longitude), radius=radius)

    return make


@pytest.fixture
def places() -> Callable[[Reply], list[dict[str, Any]]]:
    def read(reply: Reply) -> list[dict[str, Any]]:
        return list(json.loads(reply.body).get("places", ()))

    return read


@pytest.fixture
def names(places: Callable[[Reply], list[dict[str, Any]]]) -> Callable[[Reply], list[str]]:
    return lambda reply: [place["displayName"]["text"] for place in places(reply)]
