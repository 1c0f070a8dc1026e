"""The options of `places search`, `nearby`, `details`, `photo` and `autocomplete`."""

from __future__ import annotations

import argparse

from . import asking
from .commands import Commands
from .options import limit, metres, point


def add_commands(commands: Commands) -> None:
    _add_search(commands)
    _add_nearby(commands)
    _add_details(commands)
    _add_photo(commands)
    _add_autocomplete(commands)


def _add_search(commands: Commands) -> None:
    parser = commands.add(
        "search",
        "find places that match a text query",
        asking.search,
        (
            'places search "vegan restaurant in Helsinki"',
            "places search pharmacy --near 60.17,24.94 --radius 1500 --limit 5",
            "places search museum --type museum --detail contact --json",
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what to look for, and where")
    _add_near(parser)
    parser.add_argument("--type", metavar="TYPE", help="a place type from Google's Table A, such as cafe")
    _add_limit(parser)
    _add_answer_options(parser)


def _add_nearby(commands: Commands) -> None:
    parser = commands.add(
        "nearby",
        "find places around a point",
        asking.nearby,
        (
            "places nearby 60.17,24.94 --type cafe",
            "places nearby -33.86,151.2 --type museum --type art_gallery --radius 3000",
            "places nearby 60.17,24.94 --rank popularity --limit 5 --json",
        ),
    )
    parser.add_argument("center", type=point, metavar="LAT,LNG", help="latitude and longitude in degrees")
    parser.add_argument(
        "--radius", type=metres, default=1000.0, metavar="METRES", help="radius in metres (default: 1000)"
    )
    parser.add_argument(
        "--type", action="append", default=[], metavar="TYPE", help="a place type; may be repeated"
    )
    parser.add_argument(
        "--rank",
        choices=("distance", "popularity"),
        default="distance",
        help="ranking of the results (default: distance)",
    )
    _add_limit(parser)
    _add_answer_options(parser)


def _add_details(commands: Commands) -> None:
    parser = commands.add(
        "details",
        "show one place",
        asking.details,
        (
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0",
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0 --detail full --json",
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0 --language fi",
        ),
    )
    parser.add_argument("id", metavar="ID", help="a place id, as returned by a search")
    _add_answer_options(parser, detail="contact")


def _add_photo(commands: Commands) -> None:
    parser = commands.add(
        "photo",
        "download a photo, or print its URL",
        asking.photo,
        (
            "places photo places/ChIJ/photos/AbC --output photo.jpg",
            "places photo places/ChIJ/photos/AbC --max-width 400 --output - > photo.jpg",
            "places photo places/ChIJ/photos/AbC",
        ),
    )
    parser.add_argument("name", metavar="NAME", help="the name of a photo, as listed by `--detail full`")
    parser.add_argument("--output", metavar="FILE", help="write the image to FILE; - means standard output")
    parser.add_argument(
        "--max-width", type=int, default=1600, metavar="PX", help="1 to 4800 pixels (default: 1600)"
    )
    parser.add_argument("--max-height", type=int, metavar="PX", help="1 to 4800 pixels")
    _add_trace(parser)


def _add_autocomplete(commands: Commands) -> None:
    parser = commands.add(
        "autocomplete",
        "suggest places for a partly typed text",
        asking.autocomplete,
        (
            "places autocomplete coff",
            "places autocomplete muse --near 60.17,24.94",
            "places autocomplete paris --language fr --json",
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the text typed so far")
    _add_near(parser)
    _add_answer_options(parser)


def _add_near(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--near", type=point, metavar="LAT,LNG", help="prefer places around this point")
    parser.add_argument(
        "--radius", type=metres, metavar="METRES", help="radius around --near in metres (default: 2000)"
    )


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit",
        type=limit,
        default=20,
        metavar="N",
        help="maximum number of results, 1 to 20 (default: 20)",
    )


def _add_answer_options(parser: argparse.ArgumentParser, detail: str = "basic") -> None:
    parser.add_argument(
        "--detail",
        default=detail,
        metavar="MASK",
        help=f"fields to return: ids, basic, contact, full or a field mask (default: {detail})",
    )
    parser.add_argument("--language", metavar="CODE", help="language of the answer, such as fi")
    parser.add_argument("--region", metavar="CODE", help="region of the user, such as FI")
    parser.add_argument("--json", action="store_true", help="print Google's JSON")
    _add_trace(parser)


def _add_trace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trace", action="store_true", help="print to stderr how the answer was obtained")
