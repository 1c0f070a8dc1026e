"""`places search`, `nearby`, `details`, `photo` and `autocomplete`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRequest
from . import render
from .commands import Commands, settings, start_logging
from .options import limit, metres, point


if TYPE_CHECKING:
    from ..answer import Answer
    from ..stack.places import Places


def add_commands(commands: Commands) -> None:
    _add_search(commands)
    _add_nearby(commands)
    _add_details(commands)
    _add_photo(commands)
    _add_autocomplete(commands)


def _add_search(commands: Commands) -> None:
    parser = commands.add(
        "search",
        "find places that fit a text",
        search,
        (
            'places search "vegan restaurant in Helsinki"',
            "places search pharmacy --near 60.17,24.94 --radius 1500 --limit 5",
            "places search museum --type museum --detail contact --json",
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what to look for, and where")
    _add_near(parser)
    parser.add_argument("--type", metavar="T", help="a place type of Google's Table A, such as cafe")
    _add_limit(parser)
    _add_answer_options(parser)


def _add_nearby(commands: Commands) -> None:
    parser = commands.add(
        "nearby",
        "find the places around a point",
        nearby,
        (
            "places nearby 60.17,24.94 --type cafe",
            "places nearby -33.86,151.2 --type museum --type art_gallery --radius 3000",
            "places nearby 60.17,24.94 --rank popularity --limit 5 --json",
        ),
    )
    parser.add_argument("center", type=point, metavar="LAT,LNG", help="latitude and longitude in degrees")
    parser.add_argument("--radius", type=metres, default=1000.0, metavar="M", help="metres (1000)")
    parser.add_argument(
        "--type", action="append", default=[], metavar="T", help="a place type; may be repeated"
    )
    parser.add_argument(
        "--rank", choices=("distance", "popularity"), default="distance", help="order (distance)"
    )
    _add_limit(parser)
    _add_answer_options(parser)


def _add_details(commands: Commands) -> None:
    parser = commands.add(
        "details",
        "tell about one place",
        details,
        (
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0",
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0 --detail full --json",
            "places details ChIJLU7jZClu5kcR4PcOOO6p3I0 --language fi",
        ),
    )
    parser.add_argument("id", metavar="ID", help="a place id, as the answer of a search gives it")
    _add_answer_options(parser, detail="contact")


def _add_photo(commands: Commands) -> None:
    parser = commands.add(
        "photo",
        "fetch a photo, or the address of it",
        photo,
        (
            "places photo places/ChIJ/photos/AbC --output photo.jpg",
            "places photo places/ChIJ/photos/AbC --max-width 400 --output - > photo.jpg",
            "places photo places/ChIJ/photos/AbC",
        ),
    )
    parser.add_argument("name", metavar="NAME", help="the name of a photo, as `--detail full` gives it")
    parser.add_argument("--output", metavar="FILE", help="where to write the image; - for standard output")
    parser.add_argument("--max-width", type=int, default=1600, metavar="PX", help="1 to 4800 pixels (1600)")
    parser.add_argument("--max-height", type=int, metavar="PX", help="1 to 4800 pixels")
    _add_trace(parser)


def _add_autocomplete(commands: Commands) -> None:
    parser = commands.add(
        "autocomplete",
        "propose what somebody who types this may be looking for",
        autocomplete,
        (
            "places autocomplete coff",
            "places autocomplete muse --near 60.17,24.94",
            "places autocomplete paris --language fr --json",
        ),
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what was typed so far")
    _add_near(parser)
    _add_answer_options(parser)


def _add_near(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--near", type=point, metavar="LAT,LNG", help="prefer places around this point")
    parser.add_argument("--radius", type=metres, metavar="M", help="metres around --near (2000)")


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=limit, default=20, metavar="N", help="at most so many, 1 to 20 (20)")


def _add_answer_options(parser: argparse.ArgumentParser, detail: str = "basic") -> None:
    parser.add_argument(
        "--detail", default=detail, metavar="D", help=f"ids, basic, contact, full or a field mask ({detail})"
    )
    parser.add_argument("--language", metavar="CODE", help="language of the answer, such as fi")
    parser.add_argument("--region", metavar="CODE", help="country of the reader, such as FI")
    parser.add_argument("--json", action="store_true", help="print Google's JSON")
    _add_trace(parser)


def _add_trace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trace", action="store_true", help="say on standard error how the answer came about"
    )


def search(options: Namespace) -> int:
    near: dict[str, Any] = {"near": options.near, "radius": options.radius}
    answer = _ask(
        options,
        lambda places: places.search_text(
            " ".join(options.text),
            limit=options.limit,
            fields=options.detail,
            included_type=options.type,
            **near,
            **_locale(options),
        ),
    )
    return _show_places(answer, options, options.near)


def nearby(options: Namespace) -> int:
    answer = _ask(
        options,
        lambda places: places.search_nearby(
            options.center,
            radius=options.radius,
            types=options.type,
            limit=options.limit,
            rank=options.rank.upper(),
            fields=options.detail,
            **_locale(options),
        ),
    )
    return _show_places(answer, options, options.center)


def details(options: Namespace) -> int:
    answer = _ask(
        options, lambda places: places.details(options.id, fields=options.detail, **_locale(options))
    )
    if not options.json and answer.place is not None:
        return _show(render.facts(answer.place), answer)
    return _show(render.json_text(answer.body), None)


def photo(options: Namespace) -> int:
    size = {"max_width": options.max_width, "max_height": options.max_height}
    answer = _ask(
        options,
        lambda places: places.photo(options.name, skip_http_redirect=options.output is None, **size),
    )
    if options.output is None:
        return _show(answer.photo.photo_uri or "", answer)
    if options.output == "-":
        sys.stdout.buffer.write(answer.body)
        return 0
    Path(options.output).write_bytes(answer.body)
    print(f"{options.output}: {len(answer.body)} bytes, {answer.content_type}", file=sys.stderr)
    return 0


def autocomplete(options: Namespace) -> int:
    near: dict[str, Any] = {"near": options.near, "radius": options.radius}
    answer = _ask(
        options,
        lambda places: places.autocomplete(
            " ".join(options.text), fields=options.detail, **near, **_locale(options)
        ),
    )
    if options.json:
        print(render.json_text(answer.body))
    elif answer.suggestions:
        _show(render.suggestions(answer.suggestions), answer)
    return (
        0 if answer.suggestions else _nothing("Nothing starts like that. Type less, or check the spelling.")
    )


def _ask(options: Namespace, question: Callable[[Places], Awaitable[Answer]]) -> Answer:
    if getattr(options, "near", True) is None and options.radius is not None:
        raise InvalidRequest("--radius", options.radius, "only together with --near")
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose)

    async def ask() -> Answer:
        from ..stack.places import Places  # not at the top: --help needs none of it

        async with Places.open(loaded.config, plugins=options.plugins) as places:
            return await question(places)

    answer = asyncio.run(ask())
    if options.trace:
        print(render.trace(answer.trace), file=sys.stderr)
    return answer


def _locale(options: Namespace) -> dict[str, Any]:
    return {"language_code": options.language, "region_code": options.region}


def _show_places(answer: Answer, options: Namespace, origin: tuple[float, float] | None) -> int:
    if options.json:
        print(render.json_text(answer.body))
    elif answer.places:
        _show(render.places(answer.places, origin), answer)
    return 0 if answer.places else _nothing(_advice(options))


def _show(text: str, answer: Answer | None) -> int:
    print(text)
    if answer and answer.attribution:
        print(f"\n{answer.attribution}")
    return 0


def _nothing(advice: str) -> int:
    print(f"No places found. {advice}", file=sys.stderr)
    return 1


def _advice(options: Namespace) -> str:
    """Suggest to take back what narrowed the search."""
    ideas = ["leave out --type"] if options.type else []
    ideas += [f"try --radius {min(options.radius * 5, 50_000):.0f}"] if options.radius else []
    ideas += ["use fewer words"] if len(" ".join(getattr(options, "text", ())).split()) > 1 else []
    ideas = ideas or ["name another place or kind of place"]
    return f"You could {', or '.join(ideas)}."
