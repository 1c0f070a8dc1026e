"""`places local import`: from a file of OpenStreetMap data to an index."""

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
    """Build the index `output` from `source` in one step, and count its places.

    `report` hears now and then how many objects of the file were looked at.
    Raises `ConfigError` when the file cannot be read, holds no named place, or the index cannot be written;
    what stood at `output` before is then untouched.
    """
    if not source.is_file():
        raise ConfigError(f"There is no file {source}. Extracts are at https://download.geofabrik.de")
    if output.resolve() == source.resolve():
        raise ConfigError(f"The index would overwrite its source {source}: choose another --output")
    about = {
        "name": name or plain_name(source),
        "time_zone": _checked(time_zone),
        "snapshot": snapshot_of(source),
    }
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        return build(
            output,
            _some(read_pbf(source, report), source),
            {key: text for key, text in about.items() if text},
        )
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"Cannot write the index {output}: {error}") from error


def _some(elements: Iterator[Element], source: Path) -> Iterator[Element]:
    """The elements, of which there must be one."""
    first = next(elements, None)
    if first is None:
        raise ConfigError(f"{source} holds no named place, so there is nothing to index")
    yield first
    yield from elements


def _checked(zone: str | None) -> str | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"There is no time zone {zone!r}; they look like 'Europe/Helsinki'") from error


def plain_name(source: Path) -> str:
    """`helsinki` for `helsinki.osm.pbf`, without the date that some extracts carry."""
    name = next(
        (source.name.removesuffix(suffix) for suffix in SUFFIXES if source.name.endswith(suffix)), source.stem
    )
    return name.removesuffix("-latest")
