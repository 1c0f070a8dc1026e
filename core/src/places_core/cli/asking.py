"""Run `places search`, `nearby`, `details`, `photo` and `autocomplete`, and print the answers."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ..errors import Fault, InvalidRequest, PlacesError
from . import render
from .commands import settings, start_logging


if TYPE_CHECKING:
    from ..answer import Answer
    from ..events import Trace
    from ..stack.places import Places

_OPTIONS = {
    "textQuery": "TEXT",
    "input": "TEXT",
    "fields": "--detail",
    "includedType": "--type",
    "includedTypes": "--type",
    "languageCode": "--language",
    "regionCode": "--region",
    "maxWidthPx": "--max-width",
    "maxHeightPx": "--max-height",
}
"""The options that set the fields of Google's requests."""


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
    return 0 if answer.suggestions else _nothing("Try fewer letters, or check the spelling.")


def _ask(options: Namespace, question: Callable[[Places], Awaitable[Answer]]) -> Answer:
    if getattr(options, "near", True) is None and options.radius is not None:
        raise InvalidRequest("--radius", options.radius, "only together with --near")
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose)

    async def ask() -> Answer:
        from ..stack.places import Places  # not at the top: --help does not need it

        async with Places.open(loaded.config, plugins=options.plugins) as places:
            return await question(places)

    try:
        answer = asyncio.run(ask())
    except PlacesError as error:
        _show_trace(options, error.trace)
        if not isinstance(error, InvalidRequest):
            raise
        name = "ID" if "id" in options else "NAME"
        raise InvalidRequest.of([_as_option(fault, name) for fault in error.faults]) from error
    _show_trace(options, answer.trace)
    return answer


def _show_trace(options: Namespace, trace: Trace | None) -> None:
    if options.trace and trace:
        print(render.trace(trace), file=sys.stderr)


def _as_option(fault: Fault, name: str) -> Fault:
    """Name the option that set a field; `name` is what the command calls the name of a place or a photo."""
    options = {**_OPTIONS, "name": name}
    return evolve(fault, field=options.get(fault.field.partition("[")[0], fault.field))


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
    """Suggest how to widen the search."""
    ideas = ["without --type"] if options.type else []
    ideas += [f"with --radius {min(options.radius * 5, 50_000):.0f}"] if options.radius else []
    ideas += ["with fewer words"] if len(" ".join(getattr(options, "text", ())).split()) > 1 else []
    ideas = ideas or ["another place or place type"]
    return f"Try {', or '.join(ideas)}."
