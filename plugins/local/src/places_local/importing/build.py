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
from .element import Element, is_gone
from .place import names, place_json
from .prominence import prominence
from .towns import Towns
from .writer import STAGE, Row, Writer


SAMPLE, DICTIONARY = 400, 24_000


def build(path: Path, elements: Iterable[Element], about: Mapping[str, str]) -> int:
    """Put an index of the elements in place of whatever `path` holds, in one step, and count its places."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            count = fill(connection, elements, about)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def fill(connection: sqlite3.Connection, elements: Iterable[Element], about: Mapping[str, str]) -> int:
    """Write an index into an empty database, and count its places."""
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE")
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={schema.VERSION}")
    connection.executescript(schema.LAYOUT + STAGE)
    connection.execute("BEGIN")
    writer = Writer(connection, _stage(connection, elements), _dictionary(connection))
    for row in connection.execute("SELECT * FROM stage ORDER BY prominence DESC, osm"):
        writer.add(Row(*row))
    built = datetime.now(UTC).isoformat(timespec="seconds")
    writer.finish({**about, "places": str(writer.count), "built": built})
    connection.execute("COMMIT")
    connection.executescript(schema.INDEXES)
    return writer.count


def _stage(connection: sqlite3.Connection, elements: Iterable[Element]) -> Towns:
    """Set all places aside, for they are written best known first, and give the towns among them."""
    towns = Towns()

    def rows() -> Iterator[tuple[Any, ...]]:
        for element in elements:
            towns.note(element)
            yield attrs.astuple(_row(element))

    connection.executemany("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    return towns


def _row(element: Element) -> Row:
    tags = element.tags
    place = place_json(element)
    every_name = list(names(tags))
    if others := {language: name for name, language in every_name if language}:
        place["names"] = others
    if also := [name for name, language in every_name[1:] if not language]:
        place["also"] = also
    gone = is_gone(tags)
    return Row(
        prominence=prominence(tags, place["types"], gone=gone),
        osm=schema.osm_key(place["id"]),
        latitude=element.latitude,
        longitude=element.longitude,
        names=dumps([name for name, _ in every_name]),
        types=" ".join(place["types"]),
        address=" ".join(tags.get(f"addr:{part}", "") for part in ("street", "postcode", "suburb", "city")),
        gone=gone,
        body=dumps(place),
    )


def _dictionary(connection: sqlite3.Connection) -> bytes:
    """What places have in common, for compressing each of them alone: taken from a sample of them."""
    rows = connection.execute(
        "SELECT body FROM stage WHERE rowid % (SELECT max(1, count(*) / ?) FROM stage) = 0", (SAMPLE,)
    )
    return codec.dictionary((row[0] for row in rows), DICTIONARY)
