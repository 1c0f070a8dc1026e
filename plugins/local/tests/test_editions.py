"""What tells one index from another, in every cache key and page token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from places_core.testing import FakeCache, FakeClock, fake_places
from places_local.backend import LocalBackend
from places_local.embedded import elements
from places_local.importing.build import build
from places_local.settings import LocalSettings


@pytest.fixture
async def monaco(tmp_path: Path, context: Any) -> AsyncIterator[LocalBackend]:
    path = tmp_path / "monaco.sqlite"
    build(path, islice(elements(), 100), {"name": "Monaco"})
    async with LocalBackend.open(LocalSettings(path=str(path)), context) as backend:
        yield backend


async def test_services_with_different_indexes_share_a_cache_and_no_answer(
    backend: LocalBackend, monaco: LocalBackend, clock: FakeClock
) -> None:
    shared = FakeCache.of(clock)
    states = []
    for service in (backend, monaco, backend, monaco):
        async with fake_places(service, shared, clock=clock, cache={"provider": "fake"}) as places:
            states.append((await places.search_text("cafe")).trace.cache)

    assert ["miss", "miss", "hit", "hit"] == states
    assert 2 == (await shared.stats())["entries"]


async def test_the_embedded_index_is_the_same_wherever_it_was_built(tmp_path: Path, context: Any) -> None:
    async with AsyncExitStack() as exits:
        settings = [LocalSettings(cache_dir=str(tmp_path / name)) for name in ("one", "two")]
        backends = [await exits.enter_async_context(LocalBackend.open(each, context)) for each in settings]

        assert 1 == len({backend.edition() for backend in backends})


async def test_an_index_that_is_imported_again_is_another(
    tmp_path: Path, monaco: LocalBackend, context: Any
) -> None:
    path = tmp_path / "again.sqlite"
    build(path, islice(elements(), 101), {"name": "Monaco"})
    async with LocalBackend.open(LocalSettings(path=str(path)), context) as again:
        assert monaco.edition() != again.edition()
