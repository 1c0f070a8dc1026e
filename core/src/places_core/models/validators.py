"""The ranges of Google's request fields: what is wrong with a value, by the field's name on the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ..errors import MOST_FAULTS, Fault, InvalidRequest
from ..text.suggestions import alike, nearest
from .field_mask import FieldMask
from .geo import Circle, LatLng, Viewport
from .place_types import TABLE_A, TABLE_B


Check = Callable[[str, Any], Iterable[Fault]]
"""Takes a field's name on the wire and its value, and returns what is wrong with it."""

MAX_RADIUS = 50_000
MAX_TEXT = 2_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_REGION = re.compile(r"[A-Za-z]{2}")
_PLACE_ID = re.compile(r"[^/\s?#\ud800-\udfff]+")
_PHOTO = re.compile(r"places/[^/\s?#\ud800-\udfff]+/photos/[^/\s?#\ud800-\udfff]+")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]{1,36}")


def number(low: float, high: float) -> Check:
    """A number from `low` to `high`, both allowed."""
    return lambda name, value: () if _within(value, low, high) else in_range(name, value, low, high)


def integer(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, both allowed."""

    def check(name: str, value: Any) -> Iterable[Fault]:
        if type(value) is int and low <= value <= high:
            return ()
        return (Fault(name, value, f"a whole number from {low} to {high}"),)

    return check


def text(name: str, value: Any) -> Iterable[Fault]:
    if not isinstance(value, str) or not value.strip():
        hint = "Say what to look for, such as 'coffee'"
        return (Fault(name, value, "a text that is not empty", hint=hint),)
    return (Fault(name, value, f"a text of at most {MAX_TEXT} characters"),) if len(value) > MAX_TEXT else ()


def flag(name: str, value: Any) -> Iterable[Fault]:
    return () if isinstance(value, bool) else (Fault(name, value, "true or false"),)


def one_of(*names: str) -> Check:
    def check(name: str, value: Any) -> Iterable[Fault]:
        if value in names:
            return ()
        return (Fault(name, value, f"one of {', '.join(names)}", nearest(value, names)),)

    return check


def each(check: Check, most: int | None = None) -> Check:
    """A list of at most `most` items, each of which passes the check."""

    def check_all(name: str, values: Any) -> Iterable[Fault]:
        if not isinstance(values, tuple):
            return (Fault(name, values, "a list"),)
        if most is not None and len(values) > most:
            return (Fault(name, f"{len(values)} values", f"at most {most}"),)
        faults: list[Fault] = []
        for value in values:
            faults += check(name, value)
            if len(faults) == MOST_FAULTS:
                break
        return faults

    return check_all


def _pattern(expression: re.Pattern[str], allowed: str, hint: str = "") -> Check:
    def check(name: str, value: Any) -> Iterable[Fault]:
        if isinstance(value, str) and expression.fullmatch(value):
            return ()
        return (Fault(name, value, allowed, hint=hint),)

    return check


language = _pattern(_LANGUAGE, "a BCP-47 language code such as 'en' or 'pt-BR'")
region = _pattern(_REGION, "a two-letter CLDR region code such as 'fi'")
regions = each(region, most=15)
session_token = _pattern(_TOKEN, "at most 36 characters of the URL-safe base64 alphabet, such as a UUID")
page_token = _pattern(re.compile(r"[^\ud800-\udfff]+"), "the nextPageToken of the answer before")
photo_name = _pattern(
    _PHOTO, "a photo's name, places/ID/photos/PHOTO", "Take it from the photos field of a place"
)
place_id = _pattern(_PLACE_ID, "a place id, or places/ID", "Take it from the id field of an answer")


def place_type(name: str, value: Any, known: Collection[str] = TABLE_A) -> Iterable[Fault]:
    if isinstance(value, str) and value in known:
        return ()
    near = alike(value, known)
    hint = (
        f"Did you mean {' or '.join(map(repr, near))}?"
        if near
        else "For anything else, search for it as text"
    )
    allowed = "a place type of Google's Table A, such as 'cafe' or 'museum'"
    return (Fault(name, value, allowed, next(iter(near), None), hint),)


place_types = each(place_type, most=50)
_any_place_types = each(lambda name, value: place_type(name, value, TABLE_A | TABLE_B), most=5)


def predicted_types(name: str, values: Any) -> Iterable[Fault]:
    """At most 5 place types, or one of the two collections alone."""
    return () if values in (("(regions)",), ("(cities)",)) else _any_place_types(name, values)


def mask(_: str, value: Any) -> Iterable[Fault]:
    """A mask that was parsed; why it could not be stands in its place."""
    if isinstance(value, FieldMask):
        return ()
    return value.faults if isinstance(value, InvalidRequest) else (Fault("fields", value, "a field mask"),)


def area(shapes: Mapping[str, type[Any]], *, hard: bool = False) -> Check:
    """One of the shapes, by their names; the circle of a hard limit must not be empty."""
    checks = [(shape, kind, _circle if kind is Circle else _rectangle) for shape, kind in shapes.items()]

    def check(name: str, value: Any) -> Iterable[Fault]:
        for shape, kind, faults in checks:
            if isinstance(value, kind):
                return faults(f"{name}.{shape}", value, hard)
        given = value if isinstance(value, str | int | float | None) else type(value).__name__
        return (Fault(name, given, " or ".join(f"a {shape}" for shape in shapes)),)

    return check


def _circle(name: str, circle: Circle, hard: bool) -> tuple[Fault, ...]:
    radius = 0.0 if circle.radius is None else circle.radius
    wrong = point(f"{name}.center", circle.center)
    if hard and radius == 0:
        return (*wrong, Fault(f"{name}.radius", radius, f"a number above 0 and up to {MAX_RADIUS} (metres)"))
    return wrong + in_range(f"{name}.radius", radius, 0, MAX_RADIUS, "metres")


def _rectangle(name: str, rectangle: Viewport, _: bool) -> tuple[Fault, ...]:
    low, high = rectangle.low, rectangle.high
    wrong = (*point(f"{name}.low", low), *point(f"{name}.high", high))
    if wrong or low is None or high is None:
        return wrong
    if low.latitude > high.latitude:
        hint = "low is the south-west corner"
        return (Fault(f"{name}.low.latitude", low.latitude, "at most high.latitude", hint=hint),)
    if (low.longitude, high.longitude) == (180, -180):
        return (Fault(f"{name}.low.longitude", 180, "a rectangle that is not empty"),)
    return ()


def point(name: str, value: LatLng | None) -> tuple[Fault, ...]:
    if not isinstance(value, LatLng):
        return (Fault(name, value, "a latitude and a longitude"),)
    if _within(value.latitude, -90, 90) and _within(value.longitude, -180, 180):
        return ()
    return (
        *in_range(f"{name}.latitude", value.latitude, -90, 90, "degrees"),
        *in_range(f"{name}.longitude", value.longitude, -180, 180, "degrees"),
    )


def in_range(name: str, value: Any, low: float, high: float, unit: str = "") -> tuple[Fault, ...]:
    if _within(value, low, high):
        return ()
    return (Fault(name, value, f"a number from {low:g} to {high:g}{f' ({unit})' if unit else ''}"),)


def _within(value: Any, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and low <= value <= high and not isinstance(value, bool)


def no_overlap(name: str, included: Collection[str], excluded: Collection[str]) -> Iterable[Fault]:
    both = set(included) & set(excluded)
    return (Fault(name, sorted(both), "types that are not included at the same time"),) if both else ()
