"""Writes the places of an index one after the other, best known first."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from places_core.convert import loads

from ..index import codec
from ..index.normalize import words
from ..index.schema import CELLS, SCALE
from ..index.zorder import morton
from .towns import Towns


UNSEARCHED = frozenset({"point_of_interest", "establishment"})


@frozen
class Row:
    """A place as it is set aside until all of them are known; the members are the columns of `STAGE`."""

    prominence: int
    osm: int
    latitude: float
    longitude: float
    names: bytes
    types: str
    address: str
    gone: bool
    body: bytes


STAGE = """
CREATE TEMP TABLE stage (
    prominence INTEGER, osm INTEGER, lat REAL, lon REAL,
    names BLOB, types TEXT, address TEXT, gone INTEGER, body BLOB
)
"""


@define
class Writer:
    """Fills the tables; `count` is the number of places so far, and the id of the last one."""

    connection: sqlite3.Connection
    towns: Towns
    dictionary: bytes
    count: int = 0
    _pack: Callable[[bytes], bytes] = field(init=False)
    _kinds: dict[str, int] = field(factory=dict)
    _names: dict[str, int] = field(factory=dict)
    _uses: Counter[str] = field(factory=Counter)

    @_pack.default
    def _packer(self) -> Callable[[bytes], bytes]:
        return codec.packer(self.dictionary)

    def add(self, row: Row) -> None:
        self.count += 1
        types = row.types.split()
        # What is gone can be found by its name, and is not offered to those who look for a kind of place.
        searched = [] if row.gone else [name for name in types if name not in UNSEARCHED]
        names: list[str] = loads(row.names)
        self._place(row, types)
        self._words(row, names, searched)
        if not row.gone and "political" not in types:
            self._spot(row, searched)
        for folded in dict.fromkeys(" ".join(words(name)) for name in names):
            self._names.setdefault(folded, self.count)
            self._uses[folded] += 1

    def finish(self, about: Mapping[str, str]) -> None:
        order = sorted(self._names.items(), key=lambda item: (item[1] / self._uses[item[0]], item[0]))
        rows = [(at, folded, place) for at, (folded, place) in enumerate(order, 1) if folded]
        insert = self.connection.executemany
        insert("INSERT INTO name VALUES (?, ?, ?)", rows)
        insert("INSERT INTO prefixes (rowid, folded) VALUES (?, ?)", (row[:2] for row in rows))
        insert("INSERT INTO kind VALUES (?, ?)", ((at, name) for name, at in self._kinds.items()))
        insert("INSERT INTO meta VALUES (?, ?)", [*about.items(), ("dictionary", self.dictionary)])
        for table in ("words", "prefixes"):
            self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608

    def _place(self, row: Row, types: list[str]) -> None:
        kinds = f" {' '.join(str(self._kind(name)) for name in types)} "
        packed = self._pack(row.body)
        self.connection.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.count, row.osm, *_scaled(row), row.prominence, kinds, packed),
        )

    def _words(self, row: Row, names: list[str], searched: list[str]) -> None:
        known = dict.fromkeys(word for name in names for word in words(name))
        cells = [f"{letter}{morton(row.latitude, row.longitude, bits):x}" for letter, bits in CELLS.items()]
        town = self.towns.near(row.latitude, row.longitude)
        where = dict.fromkeys([*words(row.address), *town, *cells])
        self.connection.execute(
            "INSERT INTO words (rowid, name, types, loc) VALUES (?, ?, ?, ?)",
            (self.count, " ".join(known), " ".join(searched), " ".join(where)),
        )

    def _spot(self, row: Row, searched: list[str]) -> None:
        spot = (morton(row.latitude, row.longitude), *_scaled(row), self.count)
        self.connection.execute("INSERT INTO spat VALUES (?, ?, ?, ?)", spot)
        rows = [(self._kind(name), *spot) for name in searched]
        self.connection.executemany("INSERT INTO spt VALUES (?, ?, ?, ?, ?)", rows)

    def _kind(self, name: str) -> int:
        return self._kinds.setdefault(name, len(self._kinds) + 1)


def _scaled(row: Row) -> tuple[int, int]:
    return round(row.latitude * SCALE), round(row.longitude * SCALE)
