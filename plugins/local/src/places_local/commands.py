"""The command `places local import`, which builds an index of your own data."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .importing.from_file import data_name, import_file


if TYPE_CHECKING:
    from places_core.ports import Commands

EXAMPLES = (
    "places local import helsinki.osm.pbf",
    "places local import finland-latest.osm.pbf --output finland.sqlite --time-zone Europe/Helsinki",
)


def add_commands(cli: Commands) -> None:
    parser = cli.add("local", "build indexes from open place data", run_import, EXAMPLES)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    importing = actions.add_parser("import", help="build an index from a file of OpenStreetMap data")
    importing.add_argument("file", metavar="FILE", type=Path, help="an extract such as helsinki.osm.pbf")
    importing.add_argument(
        "--output", metavar="PATH", type=Path, help="index to write; by default NAME.sqlite in this folder"
    )
    importing.add_argument("--name", help="name of the data; by default that of the file")
    importing.add_argument(
        "--time-zone",
        metavar="ZONE",
        help="time zone of the places, e.g. Europe/Helsinki; openNow needs it",
    )


def run_import(options: argparse.Namespace) -> int:
    output: Path = options.output or Path(f"{options.name or data_name(options.file)}.sqlite")
    count = import_file(options.file, output, name=options.name, time_zone=options.time_zone, report=_report)
    _write(f"\r{count} places in {output}. To use them: PLACES_PLUGINS__LOCAL__PATH={output}\n")
    return 0


def _report(objects: int) -> None:
    _write(f"\r{objects / 1_000_000:.1f} million objects read")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
