"""The key is nowhere in what the process writes."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from places_core import Places
from places_core.convert import dumps
from places_core.errors import PlacesError
from places_google.testing import TROUBLES, FakeGoogle, Trouble


KEY = "AIzaSy-the-most-secret-key"
OTHER = "AIzaSy-its-secret-little-brother"
REASONS = ("API_KEY_INVALID", "CONSUMER_SUSPENDED", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED")


def settings(base_url: str) -> dict[str, object]:
    return {
        "cache": {"provider": "none"},
        "limiter": {"provider": "none"},
        "breaker": {"provider": "none"},
        "retry": {"attempts": 1},
        "plugins": {"google": {"api_key": [KEY, OTHER], "base_url": base_url, "timeout": 0.3}},
    }


def everything(error: BaseException | None) -> list[str]:
    """Spell an error in every way there is, with all that led to it."""
    texts = []
    while error is not None:
        texts += [repr(error), str(error), repr(error.args), repr(vars(error))]
        texts += traceback.format_exception(error)
        error = error.__cause__ or error.__context__
    return texts


@asynccontextmanager
async def garbage() -> AsyncIterator[str]:
    """A server that does not speak HTTP, and repeats what it heard."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/9.9 what? " + heard)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def test_no_key_is_in_logs_errors_reprs_traces_or_metrics(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "asyncio")
    asyncio.get_running_loop().set_debug(True)
    written: list[str] = []

    async def ask(places: Places) -> None:
        try:
            answer = await places.search_text("coffee", fields="places.photos.name,nextPageToken")
            written.extend((repr(answer), repr(answer.trace), repr(answer.query), answer.body.decode()))
            photo = await places.photo(answer.places[0].photos[0].name)  # type: ignore[index, arg-type]
            written.append(repr(photo))
        except PlacesError as error:
            written.extend(everything(error))

    async with FakeGoogle.running() as fake, Places.open(settings(fake.base_url)) as places:
        await ask(places)
        for kind in TROUBLES:
            fake.troubles = [Trouble(kind)]
            await ask(places)
        for reason in REASONS:
            fake.refused = {KEY: reason, OTHER: reason}
            await ask(places)
        written += [repr(places), repr(places.config), str(fake), dumps(await places.status()).decode()]
    async with garbage() as base_url, Places.open(settings(base_url)) as places:
        await ask(places)
    async with Places.open(settings("http://127.0.0.1:1/v1")) as places:
        await ask(places)

    written += [record.getMessage() for record in caplog.records] + [caplog.text]
    assert len(written) > 100
    assert [] == [text for text in written if KEY in text or OTHER in text]


@pytest.mark.parametrize("arguments", [("search", "coffee", "-v"), ("config",), ("status",)])
async def test_no_key_is_in_what_the_command_writes(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    async with garbage() as base_url:
        environ = os.environ | {
            "GOOGLE_API_KEY": f"{KEY},{OTHER}",
            "PLACES_PLUGINS__GOOGLE__BASE_URL": base_url,
            "PLACES_LOGGING__LEVEL": "DEBUG",
            "PYTHONASYNCIODEBUG": "1",
        }
        command = [sys.executable, "-m", "places_core.cli"]
        done = await asyncio.to_thread(
            subprocess.run, [*command, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True
        )

    assert done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    assert OTHER not in done.stdout + done.stderr
