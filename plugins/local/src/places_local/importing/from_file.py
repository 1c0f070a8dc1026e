"""From an OpenStreetMap file to an index: what `places local import` runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from places_core.errors import ConfigError

from .build import build
from .element import Element
from .extract import read_pbf, snapshot_of


SUFFIXES = (".osm.pbf", ".pbf", ".osm.bz2", ".osm.gz", ".osm")


def import_file(
    source: Path,
    output: Path,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    report: Callable[[int], None] = lambda _objects: None,
) -> int:
    """Build the index `output` from the file `source`, and return its place count.

    `report` is called now and then with the number of objects read so far.
    Raises `ConfigError` when the file cannot be read or holds no named place, or when the index cannot be
    written; whatever was at `output` before is then untouched.
    """
    if not source.is_file():
        raise ConfigError(f"There is no file {source}. Extracts are at https://download.geofabrik.de")
    if output.resolve() == source.resolve():
        raise ConfigError(f"The index would overwrite its source {source}: choose another --output")
    about = {
        "name": name or data_name(source),
        "time_zone": _valid_zone(time_zone),
        "snapshot": snapshot_of(source),
    }
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        return build(
            output,
            _not_empty(read_pbf(source, report), source),
            {key: text for key, text in about.items() if text},
        )
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"Cannot write the index {output}: {error}") from error


def _not_empty(elements: Iterator[Element], source: Path) -> Iterator[Element]:
    """Yield the elements; raise `ConfigError` if there are none."""
    first = next(elements, None)
    if first is None:
        raise ConfigError(f"{source} holds no named place, so there is nothing to index")
    yield first
    yield from elements


def _valid_zone(zone: str | None) -> str | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"Unknown time zone {zone!r}; names look like 'Europe/Helsinki'") from error


def data_name(source: Path) -> str:
    """Return `helsinki` for `helsinki-latest.osm.pbf`."""
    name = next(
        (source.name.removesuffix(suffix) for suffix in SUFFIXES if source.name.endswith(suffix)), source.stem
    )
    return name.removesuffix("-latest")
