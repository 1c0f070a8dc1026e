"""The ranges of Google's request fields, as attrs validators that name the field as it is on the wire."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import Any

from attrs import Attribute

from ..convert.schema import camel as wire_name
from ..errors import InvalidRequest
from .geo import Circle, LatLng, Viewport
from .place_types import TABLE_A, TABLE_B


Check = Callable[[object, "Attribute[Any]", Any], None]

MAX_RADIUS = 50_000
MAX_TEXT = 2_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_REGION = re.compile(r"[A-Za-z]{2}")
_PLACE_ID = re.compile(r"[^/\s?#]+")
_PHOTO = re.compile(r"places/[^/\s?#]+/photos/[^/\s?#]+")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]{1,36}")


def number(low: float, high: float, unit: str = "") -> Check:
    """A number from `low` to `high`, both allowed."""

    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        if value is not None:
            in_range(wire_name(attribute.name), value, low, high, unit)

    return check


def integer(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, both allowed."""

    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        if value is not None and not (type(value) is int and low <= value <= high):
            raise InvalidRequest(wire_name(attribute.name), value, f"a whole number from {low} to {high}")

    return check


def text(query: object, attribute: Attribute[Any], value: Any) -> None:
    name = wire_name(attribute.name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidRequest(
            name, value, "a text that is not empty", hint="Say what to look for, such as 'coffee'"
        )
    if len(value) > MAX_TEXT:
        raise InvalidRequest(name, value, f"a text of at most {MAX_TEXT} characters")


def flag(query: object, attribute: Attribute[Any], value: Any) -> None:
    if not isinstance(value, bool):
        raise InvalidRequest(wire_name(attribute.name), value, "true or false")


def one_of(*names: str) -> Check:
    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        if value is not None and value not in names:
            raise InvalidRequest(wire_name(attribute.name), value, f"one of {', '.join(names)}")

    return check


def each(*names: str) -> Check:
    allowed = one_of(*names)

    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        for name in value:
            allowed(query, attribute, name)

    return check


def _pattern(expression: re.Pattern[str], allowed: str) -> Check:
    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        if value is not None and not (isinstance(value, str) and expression.fullmatch(value)):
            raise InvalidRequest(wire_name(attribute.name), value, allowed)

    return check


language = _pattern(_LANGUAGE, "a BCP-47 language code such as 'en' or 'pt-BR'")
region = _pattern(_REGION, "a two-letter CLDR region code such as 'fi'")
session_token = _pattern(_TOKEN, "at most 36 characters of the URL-safe base64 alphabet, such as a UUID")


def regions(query: object, attribute: Attribute[Any], value: Any) -> None:
    at_most(15, attribute, value)
    for code in value:
        region(query, attribute, code)


def place_types(most: int, *, table_b: bool = False, collections: Collection[str] = ()) -> Check:
    """At most `most` of Google's place types; a name of `collections` may stand alone instead."""

    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        at_most(most, attribute, value)
        if len(value) == 1 and value[0] in collections:
            return
        for name in value:
            known_type(wire_name(attribute.name), name, TABLE_A | TABLE_B if table_b else TABLE_A)

    return check


def included_type(query: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None:
        known_type(wire_name(attribute.name), value, TABLE_A)


def known_type(name: str, given: object, known: Collection[str]) -> None:
    if given in known:
        return
    near = get_close_matches(str(given).lower().replace(" ", "_"), known, n=3, cutoff=0.6)
    hint = (
        f"Did you mean {' or '.join(map(repr, near))}?"
        if near
        else "For anything else, search for it as text"
    )
    raise InvalidRequest(
        name, given, "a place type of Google's Table A, such as 'cafe' or 'museum'", hint=hint
    )


def at_most(most: int, attribute: Attribute[Any], value: Collection[object]) -> None:
    if len(value) > most:
        raise InvalidRequest(wire_name(attribute.name), f"{len(value)} values", f"at most {most}")


def area(*kinds: type, hard: bool = False) -> Check:
    """A circle or a rectangle, of the given kinds; the circle of a hard limit must not be empty."""

    def check(query: object, attribute: Attribute[Any], value: Any) -> None:
        name = wire_name(attribute.name)
        if value is None:
            return
        if not isinstance(value, Circle | Viewport) or not isinstance(value, kinds):
            given = value if isinstance(value, str | int | float) else type(value).__name__
            raise InvalidRequest(name, given, f"a {' or a '.join(_shape(kind) for kind in kinds)}")
        if isinstance(value, Circle):
            check_circle(f"{name}.circle", value, hard=hard)
        else:
            check_rectangle(f"{name}.rectangle", value)

    return check


def _shape(kind: type) -> str:
    return "circle" if kind is Circle else "rectangle"


def check_circle(name: str, circle: Circle, *, hard: bool) -> None:
    if circle.center is None:
        raise InvalidRequest(f"{name}.center", None, "a latitude and a longitude")
    check_point(f"{name}.center", circle.center)
    radius = 0.0 if circle.radius is None else circle.radius
    in_range(f"{name}.radius", radius, 0, MAX_RADIUS, "metres")
    if hard and radius == 0:
        raise InvalidRequest(f"{name}.radius", radius, f"a number above 0 and up to {MAX_RADIUS} (metres)")


def check_rectangle(name: str, rectangle: Viewport) -> None:
    low, high = _corner(f"{name}.low", rectangle.low), _corner(f"{name}.high", rectangle.high)
    if low.latitude > high.latitude:
        hint = "low is the south-west corner"
        raise InvalidRequest(f"{name}.low.latitude", low.latitude, "at most high.latitude", hint=hint)
    if (low.longitude, high.longitude) == (180, -180):
        raise InvalidRequest(f"{name}.low.longitude", 180, "a rectangle that is not empty")


def _corner(name: str, point: LatLng | None) -> LatLng:
    if point is None:
        raise InvalidRequest(name, None, "a latitude and a longitude")
    check_point(name, point)
    return point


def check_point(name: str, point: LatLng) -> None:
    in_range(f"{name}.latitude", point.latitude, -90, 90, "degrees")
    in_range(f"{name}.longitude", point.longitude, -180, 180, "degrees")


def point(query: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None:
        check_point(wire_name(attribute.name), value)


def in_range(name: str, value: object, low: float, high: float, unit: str = "") -> None:
    real = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not (real and low <= value <= high):  # type: ignore[operator]
        raise InvalidRequest(name, value, f"a number from {low:g} to {high:g}{f' ({unit})' if unit else ''}")


def no_overlap(name: str, included: Iterable[str], excluded: Iterable[str]) -> None:
    both = set(included) & set(excluded)
    if both:
        raise InvalidRequest(name, sorted(both), "types that are not included at the same time")


def token(query: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None and not (isinstance(value, str) and value):
        raise InvalidRequest(wire_name(attribute.name), value, "the nextPageToken of the answer before")


def place_id(query: object, attribute: Attribute[Any], value: Any) -> None:
    if not _PLACE_ID.fullmatch(value):
        raise InvalidRequest(
            "name", value, "a place id, or places/ID", hint="Take it from the id field of an answer"
        )


def photo_name(query: object, attribute: Attribute[Any], value: Any) -> None:
    if not _PHOTO.fullmatch(value):
        allowed = "a photo's name, places/ID/photos/PHOTO"
        raise InvalidRequest("name", value, allowed, hint="Take it from the photos field of a place")
