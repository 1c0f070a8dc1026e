"""The data that comes with the package: the centre of Helsinki, indexed when it is first used."""

from __future__ import annotations

import hashlib
import logging
import lzma
import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from platformdirs import user_cache_dir

from places_core.convert import loads

from .data import file_bytes
from .importing.build import build, fill
from .importing.element import Element
from .index.reader import DamagedIndex, Index


ABOUT = {"name": "Helsinki (centre)", "snapshot": "2019-04-21", "time_zone": "Europe/Helsinki"}
DATA = "helsinki.jsonl.xz"
log = logging.getLogger("places_local")


def open_embedded(cache_dir: str | None) -> Index:
    """The index of the embedded data, from the cache directory if it is there, else built and kept there.

    Without a directory to write to, it is built in memory.
    """
    folder = Path(cache_dir).expanduser() if cache_dir else Path(user_cache_dir("places-core")) / "local"
    path = folder / f"helsinki-{edition()}.sqlite"
    try:
        return _kept(path)
    except OSError as error:
        log.warning(
            "Cannot keep the Helsinki index in %s (%s): it is built in memory at every start.", folder, error
        )
        return _in_memory()


def elements() -> Iterator[Element]:
    """The places of the embedded data."""
    raw = lzma.decompress(file_bytes(DATA))
    return (Element.of_row(loads(line)) for line in raw.splitlines())


@cache
def edition() -> str:
    """Names the index that this data and this code make: another one is another file."""
    digest = hashlib.sha256()
    for source in _sources(files(__package__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".tsv", ".xz")):
            yield entry


def _kept(path: Path) -> Index:
    if path.exists():
        try:
            return Index.open(path)
        except DamagedIndex as fault:
            log.warning("Building %s anew: %s.", path, fault)
    path.parent.mkdir(parents=True, exist_ok=True)
    build(path, elements(), ABOUT)
    return Index.open(path)


def _in_memory() -> Index:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    fill(connection, elements(), ABOUT)
    return Index.over(connection)
