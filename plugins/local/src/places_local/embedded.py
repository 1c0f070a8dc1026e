"""The data that comes with the package: the centre of Helsinki, indexed when it is first used."""

from __future__ import annotations

import hashlib
import logging
import lzma
import sqlite3
from collections.abc import Iterator, Mapping
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
    """Return the index of the embedded data, built in the cache directory unless it is already there.

    If that directory cannot be written to, or its disk is full, the index is built in memory.
    """
    folder = Path(cache_dir).expanduser() if cache_dir else Path(user_cache_dir("places-core")) / "local"
    digest = edition(files(__package__))
    about = {**ABOUT, "edition": digest}
    try:
        return _cached(folder / f"helsinki-{digest}.sqlite", about)
    except (OSError, sqlite3.Error) as error:
        log.warning(
            "Cannot write the Helsinki index to %s (%s): it is built in memory at every start. "
            "Free some space there, or set plugins.local.cache_dir to a directory that can be written to.",
            folder,
            error,
        )
        return _in_memory(about)


def elements() -> Iterator[Element]:
    """Return the elements of the embedded data."""
    raw = lzma.decompress(file_bytes(DATA))
    return (Element.of_row(loads(line)) for line in raw.splitlines())


def edition(package: Traversable) -> str:
    """Return a digest of the code and the data of a package, to name the index that they make."""
    digest = hashlib.sha256()
    for source in _sources(package):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".tsv", ".xz")):
            yield entry


def _cached(path: Path, about: Mapping[str, str]) -> Index:
    if path.exists():
        try:
            return Index.open(path)
        except DamagedIndex as fault:
            log.warning("Rebuilding %s: %s.", path, fault)
    path.parent.mkdir(parents=True, exist_ok=True)
    build(path, elements(), about)
    return Index.open(path)


def _in_memory(about: Mapping[str, str]) -> Index:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA temp_store=MEMORY")
    fill(connection, elements(), about)
    return Index.over(connection)
