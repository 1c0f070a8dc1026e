"""The record of a place: one table says what is told, under which name, and how it reads in a line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

from attrs import frozen

from places_core import LatLng

from .clean import clean, identifier, web_address
from .schemas import Schema, output_schema


Json: TypeAlias = Mapping[str, Any]
Record: TypeAlias = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NOTHING: tuple[Any, ...] = (None, "", [])


@frozen
class Field:
    """One entry of a record; what reads as nothing is left out."""

    name: str
    schema: Schema
    read: Callable[[Json], Any]
    line: str = ""
    """How it is written in the text; empty where another field's line holds it."""


def _text(place: Json, name: str, most: int = 200) -> str:
    found = place.get(name)
    return clean(found.get("text") if isinstance(found, dict) else found, most)


def _one_of(place: Json, names: Iterable[str]) -> str:
    return next(filter(None, (_text(place, name) for name in names)), "")


def _type(place: Json) -> str:
    return _text(place, "primaryType") or next(iter(_each(place, "types")), "")


def _each(place: Json, name: str, most: int = 7) -> list[str]:
    return [clean(each) for each in (place.get(name) or ())[:most]]


def _degrees(place: Json, name: str) -> float | None:
    location = place.get("location")
    return round(location.get(name, 0.0), 6) if location else None


def _status(place: Json) -> str:
    status = _text(place, "businessStatus")
    return "" if status == "OPERATIONAL" else status.lower().replace("_", " ")


def _price(place: Json) -> str:
    return _text(place, "priceLevel").removeprefix("PRICE_LEVEL_").lower().replace("_", " ")


def _hours(place: Json) -> Json:
    found: Json = place.get("currentOpeningHours") or place.get("regularOpeningHours") or {}
    return found


_GROUPS = ("accessibilityOptions", "parkingOptions", "paymentOptions")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _features(place: Json) -> list[str]:
    """Name what a place offers, and with `no` in front what it does not; what is unknown is not told."""
    groups = [place, *(place.get(name) or {} for name in _GROUPS)]
    told = ((name, value) for group in groups for name, value in group.items() if isinstance(value, bool))
    return [f"{'' if value else 'no '}{_WORDS.sub(' ', clean(name)).lower()}" for name, value in told]


def _summary(place: Json) -> str:
    generated = place.get("generativeSummary") or {}
    return _text(place, "editorialSummary", 300) or _text(generated, "overview", 300)


def _reviews(place: Json) -> list[str]:
    rated = [each for each in place.get("reviews") or () if each.get("rating")]
    return [f"{each['rating']:g}/5 {_text(each, 'text', 160)}".strip() for each in rated[:3]]


def _photos(place: Json) -> list[str]:
    return [identifier(each.get("name")) for each in (place.get("photos") or ())[:3]]


_ADDRESSES = ("formattedAddress", "shortFormattedAddress")
_PHONES = ("internationalPhoneNumber", "nationalPhoneNumber")

FIELDS = (
    Field("name", _TEXT, partial(_text, name="displayName", most=120), "{name}"),
    Field("id", _TEXT, lambda place: identifier(place.get("id")), "id {id}"),
    Field("type", _TEXT, _type, "{type}"),
    Field("address", _TEXT, partial(_one_of, names=_ADDRESSES), "{address}"),
    Field("lat", _NUMBER, partial(_degrees, name="latitude"), "at {lat},{lng}"),
    Field("lng", _NUMBER, partial(_degrees, name="longitude")),
    Field("distance_m", _WHOLE, lambda place: place.get("distance"), "{distance_m} m away"),
    Field("status", _TEXT, _status, "{status}"),
    Field(
        "open_now", {"type": "boolean"}, lambda place: _hours(place).get("openNow"), "open now: {open_now}"
    ),
    Field("rating", _NUMBER, lambda place: place.get("rating"), "rated {rating}"),
    Field("ratings", _WHOLE, lambda place: place.get("userRatingCount"), "{ratings} ratings"),
    Field("price", _TEXT, _price, "price {price}"),
    Field("phone", _TEXT, partial(_one_of, names=_PHONES), "{phone}"),
    Field("website", _TEXT, lambda place: web_address(place.get("websiteUri")), "{website}"),
    Field("map", _TEXT, lambda place: web_address(place.get("googleMapsUri")), "{map}"),
    Field("hours", _TEXTS, lambda place: _each(_hours(place), "weekdayDescriptions"), "{hours}"),
    Field("summary", _TEXT, _summary, "{summary}"),
    Field("features", _TEXTS, _features, "{features}"),
)
ALONE = (
    Field("reviews", _TEXTS, _reviews, "reviews: {reviews}"),
    Field("photos", _TEXTS, _photos, "photos: {photos}"),
)
"""What is told only of a place that comes alone, for in a list it would drown the others."""


def record_schema(*fields: Field) -> Schema:
    return output_schema({field.name: field.schema for field in fields}, required=("id",))


def record_of(place: Json, point: LatLng | None = None, fields: Iterable[Field] = FIELDS) -> Record:
    """Take from a place in Google's JSON what is worth telling; the distance is from `point`."""
    location = place.get("location")
    if point and location:
        away = _metres(point, location.get("latitude", 0.0), location.get("longitude", 0.0))
        place = {**place, "distance": round(away)}
    read = ((field.name, field.read(place)) for field in fields)
    return {name: value for name, value in read if value not in _NOTHING}


def parts_of(record: Record) -> list[str]:
    """Write the entries of a record, in the order of the tables."""
    words = {name: _words(value) for name, value in record.items()}
    told = (field.line for field in (*FIELDS, *ALONE) if field.name in record and field.line)
    return [line.format_map(words) for line in told]


def _words(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else value


def _metres(point: LatLng, lat: float, lng: float) -> float:
    """Great-circle distance on a sphere of the earth's mean radius."""
    north, south = math.radians(point.latitude), math.radians(lat)
    east = math.radians(lng - point.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(half)))
