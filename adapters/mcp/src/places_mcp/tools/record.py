"""The record of a place: one table says which fields it has, and how each reads in a line of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from attrs import frozen

from places_core import LatLng
from places_core.geo import distance

from ..sanitize import identifier, sanitize, web_address
from .schemas import Schema, output_schema


Json: TypeAlias = Mapping[str, Any]
Record: TypeAlias = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_PLAIN = frozenset({str, int, float})
_NOTHING: tuple[Any, ...] = (None, "", [])
_DERIVED = frozenset({"features", "distance"})
_GROUPS = ("accessibilityOptions", "parkingOptions", "paymentOptions")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@frozen
class Field:
    """A field of a record, read from the first of `sources` that the place has.

    In the text it stands between `before` and `after`; a comma as `before` joins it to the previous field.
    """

    name: str
    schema: Schema
    read: Callable[[Any], Any]
    sources: tuple[str, ...]
    before: str = ""
    after: str = ""

    def part(self, value: Any) -> str:
        if type(value) not in _PLAIN:
            value = _word(value)
        return f"{self.before}{value}{self.after}"


def _word(value: list[str] | bool) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "yes" if value else "no"


def record_schema(*fields: Field) -> Schema:
    return output_schema({field.name: field.schema for field in fields}, required=("id",))


def _text(value: Any, most: int = 200) -> str:
    """Read a text, whether or not it comes with its language."""
    return sanitize(value.get("text") if isinstance(value, dict) else value, most)


def _as_it_is(value: Any) -> Any:
    return value


def _type(value: Any) -> str:
    """Read the primary type, or the first of all types."""
    return sanitize(value[0] if isinstance(value, list) and value else value)


def _summary(value: Json) -> str:
    """Read an editor's summary, or the overview of a generated one."""
    return _text(value.get("overview") or value, 300)


def _degrees(location: Json, name: str) -> float:
    degrees: float = location.get(name, 0.0)
    return round(degrees, 6)


def _status(status: Any) -> str:
    return "" if status == "OPERATIONAL" else sanitize(status).lower().replace("_", " ")


def _price(level: Any) -> str:
    return sanitize(level).removeprefix("PRICE_LEVEL_").lower().replace("_", " ")


def _open(hours: Json) -> bool | None:
    return hours.get("openNow")


def _hours(hours: Json) -> list[str]:
    return [sanitize(day) for day in (hours.get("weekdayDescriptions") or ())[:7]]


def _reviews(reviews: Sequence[Json]) -> list[str]:
    rated = [each for each in reviews if each.get("rating")]
    return [f"{each['rating']:g}/5 {_text(each.get('text'), 160)}".strip() for each in rated[:3]]


def _photos(photos: Sequence[Json]) -> list[str]:
    return [identifier(each.get("name")) for each in photos[:3]]


def _features(place: Json) -> list[str]:
    """List what a place offers and, prefixed with `no`, what it does not; unknown features are omitted."""
    groups = [place, *(place[name] for name in _GROUPS if place.get(name))]
    flags = [pair for group in groups for pair in group.items() if isinstance(pair[1], bool)]
    return [f"{'' if value else 'no '}{_WORDS.sub(' ', sanitize(name)).lower()}" for name, value in flags]


def _distance(location: Json | None, point: LatLng | None) -> int | None:
    """Return the great-circle distance in whole metres."""
    if not location or not point:
        return None
    latitude, longitude = location.get("latitude", 0.0), location.get("longitude", 0.0)
    return round(distance(point.latitude, point.longitude, latitude, longitude))


_OPENING = ("currentOpeningHours", "regularOpeningHours")

FIELDS = (
    Field("name", _TEXT, partial(_text, most=120), ("displayName",)),
    Field("id", _TEXT, identifier, ("id",), "id "),
    Field("type", _TEXT, _type, ("primaryType", "types")),
    Field("address", _TEXT, sanitize, ("formattedAddress", "shortFormattedAddress")),
    Field("lat", _NUMBER, partial(_degrees, name="latitude"), ("location",), "at "),
    Field("lng", _NUMBER, partial(_degrees, name="longitude"), ("location",), ","),
    Field("distance_m", _WHOLE, _as_it_is, ("distance",), "", " m away"),
    Field("status", _TEXT, _status, ("businessStatus",)),
    Field("open_now", _FLAG, _open, _OPENING, "open now: "),
    Field("rating", _NUMBER, _as_it_is, ("rating",), "rated "),
    Field("ratings", _WHOLE, _as_it_is, ("userRatingCount",), "", " ratings"),
    Field("price", _TEXT, _price, ("priceLevel",), "price "),
    Field("phone", _TEXT, sanitize, ("internationalPhoneNumber", "nationalPhoneNumber")),
    Field("website", _TEXT, web_address, ("websiteUri",)),
    Field("map", _TEXT, web_address, ("googleMapsUri",)),
    Field("hours", _TEXTS, _hours, _OPENING),
    Field("summary", _TEXT, _summary, ("editorialSummary", "generativeSummary")),
    Field("features", _TEXTS, _as_it_is, ("features",)),
)
ALONE = (
    Field("reviews", _TEXTS, _reviews, ("reviews",), "reviews: "),
    Field("photos", _TEXTS, _photos, ("photos",), "photos: "),
)
"""The fields of a single place; in a list they would drown out the other places."""


def fields_in(places: Iterable[Json], fields: Sequence[Field] = FIELDS) -> list[Field]:
    """Return the fields that any of the places has; most are not asked for and need not be looked up."""
    present = _DERIVED.union(*places)
    return [field for field in fields if not present.isdisjoint(field.sources)]


def record_of(place: Json, point: LatLng | None, fields: Sequence[Field]) -> tuple[Record, list[str]]:
    """Return the fields of a place in Google's JSON, as a structure and as the parts of a line of text.

    The distance is measured from `point`.
    """
    record: Record = {}
    parts: list[str] = []
    place = {**place, "features": _features(place), "distance": _distance(place.get("location"), point)}
    for field in fields:
        for source in field.sources:
            found = place.get(source)
            if found is not None and (value := field.read(found)) not in _NOTHING:
                record[field.name] = value
                part = field.part(value)
                parts.append(parts.pop() + part if field.before == "," else part)
                break
    return record, parts
