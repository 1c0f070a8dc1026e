"""From elements to an index: one SQLite file that is never written again."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from places_core.convert import dumps

from ..index import codec, schema
from .element import Element, is_closed
from .place import names_of, place_json
from .prominence import prominence
from .towns import Towns
from .writer import STAGE, StagedPlace, Writer


SAMPLES, DICTIONARY_SIZE = 400, 24_000


def build(path: Path, elements: Iterable[Element], about: Mapping[str, str]) -> int:
    """Replace whatever is at `path`, in one step, with an index of the elements; return its place count."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("PRAGMA temp_store=FILE")
            count = fill(connection, elements, about)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def fill(connection: sqlite3.Connection, elements: Iterable[Element], about: Mapping[str, str]) -> int:
    """Write an index into an empty database and return its place count."""
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={schema.VERSION}")
    connection.executescript(schema.TABLES + STAGE)
    connection.execute("BEGIN")
    writer = Writer(connection, _stage(connection, elements), _dictionary(connection))
    for row in connection.execute("SELECT * FROM stage ORDER BY prominence DESC, osm"):
        writer.add(StagedPlace(*row))
    built = datetime.now(UTC).isoformat(timespec="seconds")
    writer.finish({**about, "places": str(writer.count), "built": built})
    connection.execute("COMMIT")
    connection.executescript(schema.INDEXES)
    return writer.count


def _stage(connection: sqlite3.Connection, elements: Iterable[Element]) -> Towns:
    """Stage all places, since the best known are written first, and return the towns among them."""
    towns = Towns()

    def rows() -> Iterator[tuple[Any, ...]]:
        for element in elements:
            towns.add(element)
            yield attrs.astuple(_staged(element))

    connection.executemany("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    return towns


def _staged(element: Element) -> StagedPlace:
    tags = element.tags
    place = place_json(element)
    names = list(names_of(tags))
    if others := {language: name for name, language in names if language}:
        place["names"] = others
    if also := [name for name, language in names[1:] if not language]:
        place["also"] = also
    closed = is_closed(tags)
    return StagedPlace(
        prominence=prominence(tags, place["types"], closed=closed),
        osm=schema.osm_key(place["id"]),
        latitude=element.latitude,
        longitude=element.longitude,
        names=dumps([name for name, _ in names]),
        types=" ".join(place["types"]),
        address=" ".join(tags.get(f"addr:{part}", "") for part in ("street", "postcode", "suburb", "city")),
        closed=closed,
        body=dumps(place),
    )


def _dictionary(connection: sqlite3.Connection) -> bytes:
    """Return a compression dictionary for single places, made from a sample of them."""
    rows = connection.execute(
        "SELECT body FROM stage WHERE rowid % (SELECT max(1, count(*) / ?) FROM stage) = 0", (SAMPLES,)
    )
    return codec.build_dictionary((row[0] for row in rows), DICTIONARY_SIZE)
