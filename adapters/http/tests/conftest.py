from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import ClientSession

from places_core import Places
from places_core.serving import bind, url
from places_http.server import serving


@pytest.fixture
def listening() -> Callable[[Places], AbstractAsyncContextManager[ClientSession]]:
    """Serve a stack on a free port, and give a client whose paths start there."""

    @asynccontextmanager
    async def serve(places: Places) -> AsyncIterator[ClientSession]:
        with bind("127.0.0.1", 0) as (sockets, port):
            async with serving(places, sockets), ClientSession(url("127.0.0.1", port)) as session:
                yield session

    return serve


@pytest.fixture
async def client(
    places: Places, listening: Callable[[Places], AbstractAsyncContextManager[ClientSession]]
) -> AsyncIterator[ClientSession]:
    async with listening(places) as session:
        yield session
