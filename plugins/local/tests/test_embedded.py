from __future__ import annotations

import logging
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from places_core.errors import ConfigError, Unavailable
from places_core.models import TextSearch
from places_local.backend import LocalBackend
from places_local.embedded import edition, open_embedded
from places_local.settings import LocalSettings


OPEN = """
import sys
from places_local.embedded import edition, open_embedded
print(open_embedded(sys.argv[1]).about["places"])
"""


def _kept(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_the_index_is_built_once(tmp_path: Path) -> None:
    open_embedded(str(tmp_path)).close()
    first = _kept(tmp_path).stat()
    open_embedded(str(tmp_path)).close()

    assert first == _kept(tmp_path).stat()


@pytest.mark.parametrize("source", ["embedded.py", "index/schema.py", "data/types.tsv"])
def test_a_change_anywhere_in_the_package_makes_another_index(tmp_path: Path, source: str) -> None:
    package = tmp_path / "package"
    shutil.copytree(str(files("places_local")), package)
    before = edition(package)
    with (package / source).open("a") as file:
        file.write("# changed")

    assert edition(files("places_local")) == before != edition(package)


def test_processes_that_start_at_once_all_get_a_whole_index(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    printed = [process.communicate(timeout=60)[0].strip() for process in processes]

    assert ["1649"] * 6 == printed
    assert _kept(tmp_path).suffix == ".sqlite"


@pytest.mark.parametrize("content", [b"", b"no index", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_index_is_rebuilt(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    open_embedded(str(tmp_path)).close()
    _kept(tmp_path).write_bytes(content)
    with closing(open_embedded(str(tmp_path))) as index:
        assert "1649" == index.about["places"]
    assert "Rebuilding" in caplog.text


def test_half_an_index_is_rebuilt(tmp_path: Path) -> None:
    open_embedded(str(tmp_path)).close()
    path = _kept(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with closing(open_embedded(str(tmp_path))) as index:
        assert "1649" == index.about["places"]


async def test_without_a_place_to_write_it_works_in_memory(
    tmp_path: Path, context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    async with LocalBackend.open(LocalSettings(cache_dir=str(blocked / "cache")), context) as backend:
        assert b"Kiasma" in (await backend.search_text(TextSearch("museum"))).body

    assert "in memory" in caplog.text


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow beyond 64 KiB, which SQLite reports as it does a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
async def test_on_a_full_disk_it_works_in_memory_and_says_where_and_what_to_do(
    tmp_path: Path, context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with LocalBackend.open(LocalSettings(cache_dir=str(tmp_path)), context) as backend:
        assert b"Kiasma" in (await backend.search_text(TextSearch("museum"))).body

    assert str(tmp_path) in caplog.text
    assert "plugins.local.cache_dir" in caplog.text
    assert [] == list(tmp_path.iterdir())


async def _error(path: Path, context: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        async with LocalBackend.open(LocalSettings(path=str(path)), context):
            pass
    return str(raised.value)


async def test_an_index_that_is_not_there_is_named_with_the_command_that_makes_it(
    tmp_path: Path, context: Any
) -> None:
    message = await _error(tmp_path / "none.sqlite", context)

    assert f"there is no index at {tmp_path}/none.sqlite" in message
    assert f"places local import FILE.osm.pbf --output {tmp_path}/none.sqlite" in message


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"no index at all, but long enough" * 50, "not a database"), (b"", "not an index of places-local")],
)
async def test_a_file_that_is_no_index_is_refused(
    tmp_path: Path, context: Any, content: bytes, fault: str
) -> None:
    path = tmp_path / "other.sqlite"
    path.write_bytes(content)
    message = await _error(path, context)

    assert str(path) in message
    assert fault in message
    assert "places local import" in message


async def test_another_database_is_refused(tmp_path: Path, context: Any) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE place (id)")
    connection.close()

    assert "not an index of places-local" in await _error(path, context)


async def test_an_index_of_another_version_is_refused(helsinki: Path, tmp_path: Path, context: Any) -> None:
    path = tmp_path / "old.sqlite"
    path.write_bytes(helsinki.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()

    assert "layout 99" in await _error(path, context)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.999])
async def test_half_a_file_is_refused(helsinki: Path, tmp_path: Path, context: Any, part: float) -> None:
    path = tmp_path / "half.sqlite"
    whole = helsinki.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])

    assert str(path) in await _error(path, context)


async def test_a_damage_that_shows_later_makes_the_backend_unavailable(
    helsinki: Path, context: Any, tmp_path: Path
) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(helsinki.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE place SET body = x'ffff'")
    connection.close()
    async with LocalBackend.open(LocalSettings(path=str(path)), context) as backend:
        with pytest.raises(Unavailable, match="damaged"):
            await backend.search_text(TextSearch("museum"))
