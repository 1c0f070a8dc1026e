"""The tables of an index. `place` is filled in order of prominence: a smaller id is a better known place."""

from __future__ import annotations

import re


APPLICATION_ID = 0x504C4345  # "PLCE"
VERSION = 1

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE place (
    id INTEGER PRIMARY KEY, osm INTEGER, lat INTEGER, lon INTEGER, prominence INTEGER, kinds TEXT, body BLOB
);
CREATE VIRTUAL TABLE words USING fts5(
    name, types, loc, content='', detail=column, tokenize="unicode61 remove_diacritics 2 tokenchars '_'"
);
CREATE TABLE spat (z INTEGER, lat INTEGER, lon INTEGER, id INTEGER, PRIMARY KEY (z, id)) WITHOUT ROWID;
CREATE TABLE spt (
    kind INTEGER, z INTEGER, lat INTEGER, lon INTEGER, id INTEGER, PRIMARY KEY (kind, z, id)
) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, folded TEXT, place INTEGER);
CREATE VIRTUAL TABLE prefixes USING fts5(
    folded, content='', detail=none, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2"
);
"""
INDEXES = """
CREATE UNIQUE INDEX place_osm ON place (osm);
CREATE INDEX name_folded ON name (folded);
"""
SCALE = 10_000_000
"""Coordinates are stored as whole numbers of 1e-7 degrees."""
GRIDS = {"p": 13, "q": 10}
"""Two grids, with cells of about 5 km and 40 km: the letter before a cell's code, and the bits of an axis."""
PLACE_ID = re.compile(r"osm-[nwr][0-9]+")
ELEMENT_KINDS = "nwr"


def osm_key(place_id: str) -> int:
    """Return the number by which `place` knows an id such as `osm-w123`."""
    return int(place_id[5:]) * len(ELEMENT_KINDS) + ELEMENT_KINDS.index(place_id[4])
