"""`places google emulate` in one process, `places search` in another."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from places_core.cli import main
from places_core.convert import loads


PLACES = (sys.executable, "-c", "import sys; from places_core.cli import main; sys.exit(main())")


@asynccontextmanager
async def emulator(cwd: Path, *options: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Run the command; gives the address of the API, and what is written until the end."""
    arguments = (*PLACES, "google", "emulate", "--port", "0", *options)
    process = await asyncio.create_subprocess_exec(*arguments, cwd=cwd, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    written: list[str] = []
    try:
        async with asyncio.timeout(20):
            first = (await process.stderr.readline()).decode()
        yield re.findall(r"http://[\w.:]+/v1", first)[0], written
    finally:
        process.send_signal(signal.SIGTERM)
        rest = await process.stderr.read()
        written.append(rest.decode())
        assert 0 == await process.wait()


async def places(cwd: Path, base_url: str, *arguments: str) -> bytes:
    environ = os.environ | {"GOOGLE_API_KEY": "x", "PLACES_PLUGINS__GOOGLE__BASE_URL": base_url}
    process = await asyncio.create_subprocess_exec(
        *PLACES, *arguments, cwd=cwd, env=environ, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        out, _ = await process.communicate()
    assert 0 == process.returncode
    return out


async def test_a_search_and_a_photo_without_a_key_of_one_s_own(tmp_path: Path) -> None:
    async with emulator(tmp_path) as (base_url, written):
        near = ("--near", "60.1699,24.9384")
        out = await places(tmp_path, base_url, "search", "coffee", *near, "--detail", "full", "--json")
        found = loads(out)["places"]
        photo = str(tmp_path / "photo.png")
        await places(tmp_path, base_url, "photo", found[0]["photos"][0]["name"], "--output", photo)

    assert all(place["id"].startswith("ChIJ") for place in found)
    assert b"\x89PNG" == (tmp_path / "photo.png").read_bytes()[:4]
    assert "image host: GET /p/0/1600x1200, without a key" in written[0]
    assert "WITH A KEY" not in written[0]


async def test_an_unknown_trouble_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(["google", "emulate", "--trouble", "earthquake"])
    assert "reset" in capsys.readouterr().err
