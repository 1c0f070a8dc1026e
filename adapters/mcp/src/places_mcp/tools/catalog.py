"""The six tools, as a table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen

from places_core import Places

from .arguments import (
    AutocompleteArguments,
    DetailsArguments,
    NearbyArguments,
    PhotoArguments,
    SearchArguments,
    StatusArguments,
)
from .record import ALONE, FIELDS, record_schema
from .results import Result, photo_result, place_result, places_result, status_result, suggestions_result
from .schemas import Schema, output_schema


@frozen
class Tool:
    name: str
    title: str
    description: str
    arguments: type
    answers: Schema
    run: Callable[[Places, Any, str], Awaitable[Result]]
    """Asks on behalf of a caller."""


async def _search(places: Places, asked: SearchArguments | NearbyArguments, caller: str) -> Result:
    return places_result(await places.ask(asked.as_query(), caller), asked.point)


async def _details(places: Places, asked: DetailsArguments, caller: str) -> Result:
    return place_result(await places.ask(asked.as_query(), caller))


async def _photo(places: Places, asked: PhotoArguments, caller: str) -> Result:
    return photo_result(await places.ask(asked.as_query(), caller))


async def _autocomplete(places: Places, asked: AutocompleteArguments, caller: str) -> Result:
    return suggestions_result(await places.ask(asked.as_query(), caller))


async def _status(places: Places, _: StatusArguments, __: str) -> Result:
    return status_result(await places.status())


_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_BESIDE = {"attribution": _TEXT, "note": _TEXT}
_PLACES = output_schema(
    {"places": {"type": "array", "items": record_schema(*FIELDS)}, "next_page_token": _TEXT, **_BESIDE},
    required=("places",),
)
_PLACE = output_schema({"place": record_schema(*FIELDS, *ALONE), "attribution": _TEXT}, required=("place",))
_PHOTO = output_schema({"name": _TEXT, "uri": _TEXT, **_BESIDE}, required=("name",))
_SUGGESTION = output_schema(
    {"text": _TEXT, "id": _TEXT, "type": _TEXT, "distance_m": {"type": "integer"}}, required=()
)
_SUGGESTIONS = output_schema(
    {"suggestions": {"type": "array", "items": _SUGGESTION}, **_BESIDE}, required=("suggestions",)
)
_BACKEND = output_schema(
    {"name": _TEXT, "ok": _FLAG, "detail": _TEXT, "breaker": _TEXT, "offers": _TEXTS}, required=("name", "ok")
)
_STATUS = output_schema(
    {
        "ready": _FLAG,
        "version": _TEXT,
        "backends": {"type": "array", "items": _BACKEND},
        "cache": {"type": "object"},
        "faults": _TEXTS,
    },
    required=("ready", "version"),
)

TOOLS = (
    Tool(
        "places_search",
        "Search places",
        "Find places by text, such as 'vegan ramen' or 'pharmacy in Turku', best match first. "
        "With latitude and longitude, places near that point are preferred and distances are included.",
        SearchArguments,
        _PLACES,
        _search,
    ),
    Tool(
        "places_nearby",
        "Places nearby",
        "List places within a radius of a point, by type, nearest first. For text use places_search.",
        NearbyArguments,
        _PLACES,
        _search,
    ),
    Tool(
        "places_details",
        "Place details",
        "Get one place by id: address, phone, website, opening hours and rating, when known.",
        DetailsArguments,
        _PLACE,
        _details,
    ),
    Tool(
        "places_photo",
        "Place photo",
        "Get the URL of a photo of a place. Not every backend has photos.",
        PhotoArguments,
        _PHOTO,
        _photo,
    ),
    Tool(
        "places_autocomplete",
        "Autocomplete places",
        "Suggest up to 5 places for the beginning of a name or an address.",
        AutocompleteArguments,
        _SUGGESTIONS,
        _autocomplete,
    ),
    Tool(
        "places_status",
        "Place search status",
        "Check whether place search works, which backends answer and which operations they offer.",
        StatusArguments,
        _STATUS,
        _status,
    ),
)
