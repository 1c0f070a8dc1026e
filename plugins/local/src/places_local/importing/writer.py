"""The writer of an index: it takes the places one after the other, the best known first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from places_core.convert import loads

from ..index import codec
from ..index.normalize import tokenize
from ..index.schema import GRIDS, SCALE
from ..index.zorder import morton
from .towns import Towns


UNSEARCHED_TYPES = frozenset({"point_of_interest", "establishment"})


@frozen
class StagedPlace:
    """A place as it waits until all are known; the members are the columns of `STAGE`."""

    prominence: int
    osm: int
    latitude: float
    longitude: float
    names: bytes
    types: str
    address: str
    closed: bool
    body: bytes


STAGE = """
CREATE TEMP TABLE stage (
    prominence INTEGER, osm INTEGER, lat REAL, lon REAL,
    names BLOB, types TEXT, address TEXT, closed INTEGER, body BLOB
)
"""


@define
class Writer:
    """Fills the tables; `count` is the number of places so far, and the id of the last one."""

    connection: sqlite3.Connection
    towns: Towns
    dictionary: bytes
    count: int = 0
    _compress: Callable[[bytes], bytes] = field(init=False)
    _type_ids: dict[str, int] = field(factory=dict)
    _best_by_name: dict[str, int] = field(factory=dict)
    _name_counts: Counter[str] = field(factory=Counter)

    @_compress.default
    def _make_compress(self) -> Callable[[bytes], bytes]:
        return codec.compressor(self.dictionary)

    def add(self, place: StagedPlace) -> None:
        self.count += 1
        types = place.types.split()
        # A closed place is found by its name, but does not come up in a search for its category.
        searched = [] if place.closed else [name for name in types if name not in UNSEARCHED_TYPES]
        names: list[str] = loads(place.names)
        self._add_place(place, types)
        self._add_words(place, names, searched)
        if not place.closed and "political" not in types:
            self._add_location(place, searched)
        for folded in dict.fromkeys(" ".join(tokenize(name)) for name in names):
            self._best_by_name.setdefault(folded, self.count)
            self._name_counts[folded] += 1

    def finish(self, about: Mapping[str, str]) -> None:
        """Write the tables that need all places: names, types and metadata."""
        best = self._best_by_name.items()
        order = sorted(best, key=lambda item: (item[1] / self._name_counts[item[0]], item[0]))
        rows = [(at, folded, place) for at, (folded, place) in enumerate(order, 1) if folded]
        insert = self.connection.executemany
        insert("INSERT INTO name VALUES (?, ?, ?)", rows)
        insert("INSERT INTO prefixes (rowid, folded) VALUES (?, ?)", (row[:2] for row in rows))
        insert("INSERT INTO kind VALUES (?, ?)", ((number, name) for name, number in self._type_ids.items()))
        insert("INSERT INTO meta VALUES (?, ?)", [*about.items(), ("dictionary", self.dictionary)])
        for table in ("words", "prefixes"):
            self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608

    def _add_place(self, place: StagedPlace, types: list[str]) -> None:
        kinds = f" {' '.join(str(self._type_id(name)) for name in types)} "
        packed = self._compress(place.body)
        self.connection.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.count, place.osm, *_scaled(place), place.prominence, kinds, packed),
        )

    def _add_words(self, place: StagedPlace, names: list[str], searched: list[str]) -> None:
        known = dict.fromkeys(word for name in names for word in tokenize(name))
        point = (place.latitude, place.longitude)
        cells = [f"{letter}{morton(*point, bits):x}" for letter, bits in GRIDS.items()]
        where = dict.fromkeys([*tokenize(place.address), *self.towns.words_at(*point), *cells])
        self.connection.execute(
            "INSERT INTO words (rowid, name, types, loc) VALUES (?, ?, ?, ?)",
            (self.count, " ".join(known), " ".join(searched), " ".join(where)),
        )

    def _add_location(self, place: StagedPlace, searched: list[str]) -> None:
        row = (morton(place.latitude, place.longitude), *_scaled(place), self.count)
        self.connection.execute("INSERT INTO spat VALUES (?, ?, ?, ?)", row)
        rows = [(self._type_id(name), *row) for name in searched]
        self.connection.executemany("INSERT INTO spt VALUES (?, ?, ?, ?, ?)", rows)

    def _type_id(self, name: str) -> int:
        return self._type_ids.setdefault(name, len(self._type_ids) + 1)


def _scaled(place: StagedPlace) -> tuple[int, int]:
    return round(place.latitude * SCALE), round(place.longitude * SCALE)
