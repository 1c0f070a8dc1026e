"""An index, opened for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from math import ceil, floor
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from places_core.convert import loads

from . import codec, schema
from .geometry import Area, Box, Hit
from .schema import SCALE
from .work_limit import WorkLimit
from .zorder import cells, ranges


REQUIRED_TABLES = frozenset({"meta", "kind", "place", "words", "spat", "spt", "name", "prefixes"})
MAX_CHECKED_SIZE = 32_000_000
MIN_CORRECTED_LENGTH, MAX_SIMILAR_WORDS = 4, 5_000
MAX_SORTED = 10_000
STEPS_BETWEEN_CHECKS = 10_000
"""Of SQLite's virtual machine: about a millisecond."""
FINE, COARSE = schema.GRIDS
MAX_CELLS = {FINE: 48, COARSE: 64}


class DamagedIndex(Exception):
    """The file is not an index, or not a complete one; the message says what is wrong with it."""


@define
class Index:
    """The lookups that searches are made of; `about` holds the name, the snapshot and so on."""

    connection: sqlite3.Connection
    about: dict[str, str]
    _dictionary: bytes
    _type_ids: dict[str, int]
    limit: WorkLimit = field(init=False, factory=WorkLimit)
    _type_names: dict[int, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._type_names = {number: name for name, number in self._type_ids.items()}
        self.connection.set_progress_handler(self.limit.is_reached, STEPS_BETWEEN_CHECKS)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; raise `DamagedIndex` when it is not an index. Close the index after use."""
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            try:
                return cls.over(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.DatabaseError as error:
            raise DamagedIndex(str(error)) from error

    @classmethod
    def over(cls, connection: sqlite3.Connection) -> Self:
        """Read through a connection; raise `DamagedIndex` when its database is not an index."""
        _check(connection)
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        type_ids = {name: number for number, name in connection.execute("SELECT id, name FROM kind")}
        return cls(connection, meta, meta.pop("dictionary"), type_ids)

    def close(self) -> None:
        self.connection.close()

    def place(self, number: int) -> dict[str, Any]:
        """Return a place in Google's JSON, with its other names under `names` and `also`."""
        (packed,) = self.connection.execute("SELECT body FROM place WHERE id = ?", (number,)).fetchone()
        place: dict[str, Any] = loads(codec.decompress(packed, self._dictionary))
        return codec.complete(place)

    def place_by_osm(self, place_id: str) -> dict[str, Any] | None:
        found = self.connection.execute(
            "SELECT id FROM place WHERE osm = ?", (schema.osm_key(place_id),)
        ).fetchone()
        return self.place(found[0]) if found else None

    def match(self, expression: str, limit: int, area: Area | None = None) -> list[Hit]:
        """Return the best known places whose words match an FTS5 expression."""
        if area is None:
            return list(map(_hit, self.connection.execute(MATCH, (expression, limit))))
        near = _cells_expression(area.boxes)
        words = f"({expression}) AND {near}" if near else expression
        rows = self.connection.execute(MATCH_IN_BOXES, (words, *_scaled_edges(area.boxes)))
        return list(islice(filter(area.contains, map(_hit, rows)), limit))

    def within(self, area: Area, types: Sequence[str] = ()) -> Iterator[Hit]:
        """Yield all places in an area, or those of one of `types`; the best known first."""
        rows = sorted(set(self._rows_near(area, types)), key=_id)
        return filter(area.contains, map(_hit, rows))

    def best_known(self, area: Area, types: Sequence[str] = ()) -> Iterator[Hit]:
        """Yield what `within` does, without sorting a crowded area of which only the first few are wanted."""
        near = _cells_expression(area.boxes)
        if not near or len(list(islice(self._rows_near(area, types), MAX_SORTED))) < MAX_SORTED:
            yield from self.within(area, types)
            return
        wanted = f"{near} AND types : ({' OR '.join(types)})" if types else near
        # Unlike `spat` and `spt`, the words hold regions and closed places too, the latter without types.
        found = (f"({wanted}) NOT types : political", *_scaled_edges(area.boxes))
        for hit in filter(area.contains, map(_hit, self.connection.execute(MATCH_IN_BOXES, found))):
            if types or self.place(hit.id).get("businessStatus") != "CLOSED_PERMANENTLY":
                yield hit

    def _rows_near(self, area: Area, types: Sequence[str]) -> Iterator[tuple[int, ...]]:
        """Yield id and position of the places in an area and a little around it; one of two types twice."""
        for span in ranges(area.boxes):
            if not types:
                yield from self.connection.execute(IN_RANGE, span)
            for number in filter(None, map(self._type_ids.get, types)):
                yield from self.connection.execute(TYPED_IN_RANGE, (number, *span))

    def types_of(self, number: int) -> list[str]:
        """Return the types of a place, the primary one first."""
        (listed,) = self.connection.execute("SELECT kinds FROM place WHERE id = ?", (number,)).fetchone()
        return [self._type_names[int(at)] for at in listed.split()]

    def named(self, folded: str) -> list[Hit]:
        """Return the best known place that has exactly this name, if there is one."""
        return list(map(_hit, self.connection.execute(NAMED, (folded,))))

    def corrected(self, word: str) -> str:
        """Return the word itself if the index has it or nothing like it, else the one spelt most like it."""
        terms = "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?"
        execute = self.connection.execute
        if len(word) < MIN_CORRECTED_LENGTH or execute(terms, (word, f"{word}\0", 1)).fetchone():
            return word
        rows = execute(terms, (word[:2], f"{word[:2]}\U0010ffff", MAX_SIMILAR_WORDS))
        similar = [term for (term,) in rows if abs(len(term) - len(word)) <= 2]
        self.limit.check()
        return next(iter(get_close_matches(word, similar, n=1, cutoff=0.75)), word)

    def match_names(self, expression: str, limit: int) -> list[int]:
        """Return the best known place of each name that matches, the commonest name first."""
        return [row[0] for row in self.connection.execute(MATCH_NAMES, (expression, limit))]


MATCH = """
SELECT place.id, lat, lon, prominence FROM words JOIN place ON place.id = words.rowid
WHERE words MATCH ? ORDER BY words.rowid LIMIT ?
"""
_IN_BOX = "lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?"
MATCH_IN_BOXES = f"""
SELECT place.id, lat, lon, prominence FROM words JOIN place ON place.id = words.rowid
WHERE words MATCH ? AND ({_IN_BOX} OR {_IN_BOX}) ORDER BY words.rowid
"""  # noqa: S608
NAMED = "SELECT place.id, lat, lon, prominence FROM name JOIN place ON place.id = name.place WHERE folded = ?"
MATCH_NAMES = """
SELECT place FROM prefixes JOIN name ON name.id = prefixes.rowid
WHERE prefixes MATCH ? ORDER BY prefixes.rowid LIMIT ?
"""
IN_RANGE = "SELECT id, lat, lon FROM spat WHERE z BETWEEN ? AND ?"
TYPED_IN_RANGE = "SELECT id, lat, lon FROM spt WHERE kind = ? AND z BETWEEN ? AND ?"

_id = itemgetter(0)


def _hit(row: tuple[int, ...]) -> Hit:
    number, lat, lon, *prominence = row
    return Hit(number, lat / SCALE, lon / SCALE, *prominence)


def _scaled_edges(boxes: tuple[Box, ...]) -> list[int]:
    """Return the edges of two boxes as the tables hold them; of one box, twice."""
    edges = [(floor(s * SCALE), ceil(n * SCALE), floor(w * SCALE), ceil(e * SCALE)) for s, w, n, e in boxes]
    return [*edges[0], *edges[-1]]


def _cells_expression(boxes: tuple[Box, ...]) -> str:
    """Return the FTS5 expression for the cells that an area touches, or nothing for a large area."""
    for letter, bits in schema.GRIDS.items():
        found = cells(boxes, bits, MAX_CELLS[letter])
        if found:
            return f"loc : ({' OR '.join(f'{letter}{cell:x}' for cell in found)})"
    return ""


def _check(connection: sqlite3.Connection) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    if application_id != schema.APPLICATION_ID:
        raise DamagedIndex("it is not an index of places-local")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != schema.VERSION:
        raise DamagedIndex(f"it has layout {version}, and this version reads layout {schema.VERSION}")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if missing := REQUIRED_TABLES - tables:
        raise DamagedIndex(f"it lacks {', '.join(sorted(missing))}")
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if pages * size > MAX_CHECKED_SIZE:
        return
    if (fault := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise DamagedIndex(fault)
