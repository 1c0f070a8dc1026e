"""An index, opened for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from math import ceil, floor
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from places_core.convert import loads

from . import codec, schema
from .geometry import Area, Box, Spot
from .schema import CELLS, SCALE
from .zorder import RANGES, cells, ranges


REQUIRED = frozenset({"meta", "kind", "place", "words", "spat", "spt", "name", "prefixes"})
SMALL = 32_000_000
SHORT, MOST_WORDS = 4, 5_000
NO_RANGE = (1, 0)
FINE, COARSE = CELLS
MOST_CELLS = {FINE: 48, COARSE: 64}


class DamagedIndex(Exception):
    """The file is no index, or no whole one; says what is wrong with it."""


@define
class Index:
    """Answers the questions that the search is made of."""

    connection: sqlite3.Connection
    about: dict[str, str]
    _dictionary: bytes
    _kinds: dict[str, int]
    _names: dict[int, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._names = {number: name for name, number in self._kinds.items()}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file; raise `DamagedIndex` when it is no index."""
        try:
            # It is opened in a thread and then read in the event loop: never in two threads at a time.
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            try:
                return cls.over(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.DatabaseError as error:
            raise DamagedIndex(str(error)) from error

    @classmethod
    def over(cls, connection: sqlite3.Connection) -> Self:
        """Read through a connection; raise `DamagedIndex` when it leads to no index."""
        _check(connection)
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        kinds = {name: number for number, name in connection.execute("SELECT id, name FROM kind")}
        return cls(connection, meta, meta.pop("dictionary"), kinds)

    def close(self) -> None:
        self.connection.close()

    def place(self, number: int) -> dict[str, Any]:
        """A place in Google's JSON, with its other names under `names` and `also`."""
        return self._unpacked("SELECT body FROM place WHERE id = ?", number)

    def place_by_osm(self, place_id: str) -> dict[str, Any] | None:
        found = self.connection.execute(
            "SELECT id FROM place WHERE osm = ?", (schema.osm_key(place_id),)
        ).fetchone()
        return self.place(found[0]) if found else None

    def _unpacked(self, statement: str, value: int) -> dict[str, Any]:
        (packed,) = self.connection.execute(statement, (value,)).fetchone()
        place: dict[str, Any] = loads(codec.unpack(packed, self._dictionary))
        return codec.complete(place)

    def matching(self, expression: str, limit: int, area: Area | None = None) -> list[Spot]:
        """The best known places whose words match an FTS5 expression."""
        if area is None:
            return list(map(_spot, self.connection.execute(MATCHING, (expression, limit))))
        near = _near(area.boxes)
        words = f"({expression}) AND {near}" if near else expression
        rows = self.connection.execute(WITHIN, (words, *_bounds(area.boxes)))
        return list(islice(filter(area.holds, map(_spot, rows)), limit))

    def around(self, area: Area, kinds: Sequence[str] = ()) -> Iterator[Spot]:
        """All places in an area, of some types if given; best known first."""
        spans = ranges(area.boxes)
        padded = [bound for span in (spans + [NO_RANGE] * RANGES)[:RANGES] for bound in span]
        rows: Iterable[tuple[int, ...]]
        if kinds:
            numbers = [self._kinds[kind] for kind in kinds if kind in self._kinds]
            rows = sorted(
                {row for number in numbers for row in self.connection.execute(TYPED, (number, *padded))}
            )
        else:
            rows = self.connection.execute(ANYWHERE, padded)
        return filter(area.holds, map(_spot, rows))

    def kinds_of(self, number: int) -> list[str]:
        """The types of a place, the primary one first."""
        (listed,) = self.connection.execute("SELECT kinds FROM place WHERE id = ?", (number,)).fetchone()
        return [self._names[int(at)] for at in listed.split()]

    def named(self, folded: str) -> list[Spot]:
        """The best known place that has exactly this name, if there is one."""
        return list(map(_spot, self.connection.execute(NAMED, (folded,))))

    def nearest_word(self, word: str) -> str:
        """The word itself if any name or address has it, else the one spelt most like it."""
        known = "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ?"
        if len(word) < SHORT or self.connection.execute(f"{known} LIMIT 1", (word, f"{word}\0")).fetchone():
            return word
        start = word[:2]
        rows = self.connection.execute(f"{known} LIMIT ?", (start, f"{start}\U0010ffff", MOST_WORDS))
        similar = [term for (term,) in rows if abs(len(term) - len(word)) <= 2]
        return next(iter(get_close_matches(word, similar, n=1, cutoff=0.75)), word)

    def names_like(self, expression: str, limit: int) -> list[int]:
        """The best known place of each name that matches, the commonest name first."""
        return [row[0] for row in self.connection.execute(NAMES, (expression, limit))]


MATCHING = """
SELECT place.id, lat, lon, prominence FROM words JOIN place ON place.id = words.rowid
WHERE words MATCH ? ORDER BY words.rowid LIMIT ?
"""
_WITHIN = "lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?"
WITHIN = f"""
SELECT place.id, lat, lon, prominence FROM words JOIN place ON place.id = words.rowid
WHERE words MATCH ? AND ({_WITHIN} OR {_WITHIN}) ORDER BY words.rowid
"""  # noqa: S608
NAMED = "SELECT place.id, lat, lon, prominence FROM name JOIN place ON place.id = name.place WHERE folded = ?"
NAMES = """
SELECT place FROM prefixes JOIN name ON name.id = prefixes.rowid
WHERE prefixes MATCH ? ORDER BY prefixes.rowid LIMIT ?
"""
_RANGES = " OR ".join(["z BETWEEN ? AND ?"] * RANGES)
ANYWHERE = f"SELECT id, lat, lon FROM spat WHERE {_RANGES} ORDER BY id"  # noqa: S608
TYPED = f"SELECT id, lat, lon FROM spt WHERE kind = ? AND ({_RANGES})"  # noqa: S608


def _spot(row: tuple[int, ...]) -> Spot:
    number, lat, lon, *prominence = row
    return Spot(number, lat / SCALE, lon / SCALE, *prominence)


def _bounds(boxes: tuple[Box, ...]) -> list[int]:
    """The edges of two boxes, of which the second may be the first again."""
    edges = [(floor(s * SCALE), ceil(n * SCALE), floor(w * SCALE), ceil(e * SCALE)) for s, w, n, e in boxes]
    return [*edges[0], *edges[-1]]


def _near(boxes: tuple[Box, ...]) -> str:
    """The part of an FTS5 expression that keeps to the cells an area touches, or nothing for a large area."""
    for letter, bits in CELLS.items():
        found = cells(boxes, bits, MOST_CELLS[letter])
        if found:
            return f"loc : ({' OR '.join(f'{letter}{cell:x}' for cell in found)})"
    return ""


def _check(connection: sqlite3.Connection) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != schema.APPLICATION_ID:
        raise DamagedIndex("it is not an index of places-local")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != schema.VERSION:
        raise DamagedIndex(f"it has layout {version}, and this version reads layout {schema.VERSION}")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if missing := REQUIRED - tables:
        raise DamagedIndex(f"it lacks {', '.join(sorted(missing))}")
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if pages * size <= SMALL and (fault := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise DamagedIndex(fault)
