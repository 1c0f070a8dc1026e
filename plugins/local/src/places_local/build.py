"""From elements to an index: one SQLite file that is never written again."""

from __future__ import annotations

import os
import sqlite3
import tempfile

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, field
from places_core.wire import dumps

from . import body, osm, schema
from .extract import Element
from .prominence import prominence
from .schema import CELLS
from .sphere import SCALE, metres, morton
from .words import words


UNSEARCHED = frozenset({"point_of_interest", "establishment"})
TOWNS = {"city": 20_000, "town": 8_000, "village": 3_000}
SAMPLE, DICTIONARY = 400, 24_000
SPOKEN = 3
Town = tuple[Element, list[str]]
STAGE = """
CREATE TEMP TABLE stage (
    prominence INTEGER, osm INTEGER, lat REAL, lon REAL, names BLOB, types TEXT, loc TEXT, gone INTEGER, body BLOB
)
"""


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
    """Write an index into an empty database."""
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE")
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={schema.VERSION}")
    connection.executescript(schema.LAYOUT + STAGE)
    connection.execute("BEGIN")
    towns = _stage(connection, elements)
    writer = Writer(connection, towns, _dictionary(connection))
    for row in connection.execute("SELECT * FROM stage ORDER BY prominence DESC, osm"):
        writer.add(*row)
    writer.finish(
        {**about, "places": str(writer.count), "built": datetime.now(UTC).isoformat(timespec="seconds")}
    )
    connection.execute("COMMIT")
    connection.executescript(f"{schema.INDEXES} ANALYZE; PRAGMA optimize")
    return writer.count


def _stage(connection: sqlite3.Connection, elements: Iterable[Element]) -> list[Town]:
    """Set all places aside, for they are written best known first; give the towns with their names in the languages of the place."""
    towns: list[Element] = []
    languages: Counter[str] = Counter()

    def rows() -> Iterator[tuple[Any, ...]]:
        for element in elements:
            if element.tags.get("place") in TOWNS:
                towns.append(element)
            languages.update(key for key in element.tags if key.startswith("name:"))
            yield _staged(element)

    connection.executemany("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    spoken = ("name", "name:en", *(key for key, _ in languages.most_common(SPOKEN)))
    return [(town, [word for key in spoken for word in words(town.tags.get(key, ""))]) for town in towns]


def _staged(element: Element) -> tuple[Any, ...]:
    tags = element.tags
    place = osm.place_json(element)
    names = list(osm.names(tags))
    gone = osm.is_gone(tags)
    loc = " ".join(tags.get(f"addr:{part}", "") for part in ("street", "postcode", "suburb", "city"))
    if others := {language: name for name, language in names if language}:
        place["names"] = others
    if also := [name for name, language in names[1:] if not language]:
        place["also"] = also
    points = prominence(tags, place["types"], gone=gone)
    return (
        points, schema.osm_key(place["id"]), element.latitude, element.longitude,
        dumps([name for name, _ in names]), " ".join(place["types"]), loc, gone, dumps(place),
    )  # fmt: skip


def _dictionary(connection: sqlite3.Connection) -> bytes:
    """What places have in common, for compressing each of them alone: a sample of them."""
    rows = connection.execute(
        "SELECT body FROM stage WHERE rowid % (SELECT max(1, count(*) / ?) FROM stage) = 0", (SAMPLE,)
    )
    return body.dictionary([row[0] for row in rows], DICTIONARY)


@define
class Writer:
    """Writes places one after the other, best known first."""

    connection: sqlite3.Connection
    towns: list[Town]
    dictionary: bytes
    count: int = 0
    _kinds: dict[str, int] = field(factory=dict)
    _names: dict[str, tuple[str, int]] = field(factory=dict)
    _uses: Counter[str] = field(factory=Counter)

    def add(
        self,
        points: int,
        key: int,
        lat: float,
        lon: float,
        names: bytes,
        types: str,
        loc: str,
        gone: int,
        raw: bytes,
    ) -> None:
        self.count = number = self.count + 1
        kinds = [self._kind(name) for name in types.split()]
        spot = (round(lat * SCALE), round(lon * SCALE))
        packed = body.pack(raw, self.dictionary)
        insert = self.connection.execute
        listed = f" {' '.join(map(str, kinds))} "
        insert("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", (number, key, *spot, points, listed, packed))
        # What is gone can be found by its name, and is not offered to those who look for a kind of place.
        searched = "" if gone else " ".join(name for name in types.split() if name not in UNSEARCHED)
        texts = body.loads(names)
        name_words = " ".join(dict.fromkeys(word for text in texts for word in words(text)))
        row = (number, name_words, searched, self._loc(loc, lat, lon))
        insert("INSERT INTO words (rowid, name, types, loc) VALUES (?, ?, ?, ?)", row)
        if not gone:
            z = morton(lat, lon)
            insert("INSERT INTO spat VALUES (?, ?, ?, ?)", (z, *spot, number))
            near = [(self._kind(name), z, *spot, number) for name in searched.split()]
            self.connection.executemany("INSERT INTO spt VALUES (?, ?, ?, ?, ?)", near)
        self._note(texts, number)

    def finish(self, about: Mapping[str, str]) -> None:
        order = sorted(self._names.items(), key=lambda item: (item[1][1] / self._uses[item[0]], item[0]))
        rows = [(at, folded, text, place) for at, (folded, (text, place)) in enumerate(order, 1)]
        self.connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", rows)
        self.connection.executemany(
            "INSERT INTO prefixes (rowid, folded) VALUES (?, ?)", (row[:2] for row in rows)
        )
        self.connection.executemany(
            "INSERT INTO kind VALUES (?, ?)", ((at, name) for name, at in self._kinds.items())
        )
        meta = [*about.items(), ("dictionary", self.dictionary)]
        self.connection.executemany("INSERT INTO meta VALUES (?, ?)", meta)
        for table in ("words", "prefixes"):
            self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")

    def _kind(self, name: str) -> int:
        return self._kinds.setdefault(name, len(self._kinds) + 1)

    def _note(self, texts: list[str], number: int) -> None:
        for folded, text in {" ".join(words(text)): text for text in reversed(texts)}.items():
            if folded:
                self._names.setdefault(folded, (text, number))
                self._uses[folded] += 1

    def _loc(self, loc: str, lat: float, lon: float) -> str:
        """Where a place is, as words: its street and town, and its cells in both grids."""
        near = ((_remoteness(town, lat, lon), named) for town, named in self.towns)
        remoteness, named = min(near, default=(1.0, []))
        cells = (f"{letter}{morton(lat, lon, bits):x}" for letter, bits in CELLS.items())
        return " ".join(dict.fromkeys([*words(loc), *(named if remoteness < 1 else ()), *cells]))


def _remoteness(town: Element, lat: float, lon: float) -> float:
    return metres(town.latitude, town.longitude, lat, lon) / TOWNS[town.tags["place"]]
