"""What the tools are asked with: one class for each, and the query that it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from attrs import frozen

from places_core import (
    Autocomplete,
    Circle,
    Details,
    InvalidRequest,
    LatLng,
    NearbySearch,
    PhotoMedia,
    TextSearch,
)
from places_core.convert import parse_request
from places_core.errors import Fault
from places_core.models import Query

from .schemas import choice, flag, integer, listing, number, optional, required, string
from .validation import Verbatim, argument_faults, worded


_LATITUDE = number("Latitude of the point, in degrees", -90, 90)
_LONGITUDE = number("Longitude of the point, in degrees", -180, 180)
_PREFERENCE = number("Prefer places this near to the point, in metres; 2000 when left out", 1, 50_000)
_LIMIT = integer("How many places to return at most", 1, 20)
_LANGUAGE = string("Language of the answer, as a BCP-47 code such as 'en' or 'pt-BR'", 35)
_TYPE = "a place type of Google's Places API such as 'cafe', 'pharmacy' or 'museum'"
_DETAIL = choice(
    "How much to tell of each place. ids: the id only; basic: name, type, address, position; "
    "contact: also phone, website, hours, rating; full: all there is",
    "ids",
    "basic",
    "contact",
    "full",
)
_NULL = object()  # on the wire, null means that a field is not set; here it is an invalid value


@frozen
class Arguments:
    """The arguments of a tool; raises `InvalidRequest` with every fault of the query that they stand for."""

    def __attrs_post_init__(self) -> None:
        try:
            self.as_query()
        except InvalidRequest as error:
            raise InvalidRequest.of(argument_faults(error, type(self))) from error

    def as_query(self) -> Query | None:
        return None

    @staticmethod
    def conflicts(given: Mapping[str, Any]) -> Iterable[Fault]:
        """Return how the arguments that were given do not go together."""
        return ()


A = TypeVar("A", bound=Arguments)


def read(cls: type[A], given: Mapping[str, Any]) -> A:
    """Read the arguments of a tool, without conversions; raises `InvalidRequest` with every fault."""
    faults = [*cls.conflicts(given)]
    try:
        arguments = parse_request(
            cls, {name: _NULL if each is None else each for name, each in given.items()}
        )
    except InvalidRequest as error:
        faults = [*(worded(fault, cls, given) for fault in error.faults), *faults]
    if faults:
        raise InvalidRequest.of(faults)
    return arguments


def _half_point(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is missing of an optional point, which must be complete or absent."""
    latitude, longitude = "latitude" in given, "longitude" in given
    if latitude != longitude:
        missing = "longitude" if latitude else "latitude"
        yield Fault(missing, Verbatim("nothing"), "a number, as the other one is given")
    elif "radius_m" in given and not latitude:
        yield Fault("radius_m", given["radius_m"], "nothing, without latitude and longitude")


@frozen(kw_only=True)
class SearchArguments(Arguments):
    query: str = required(
        string("What to look for: a name, a category or an address, in any language", 500), "textQuery"
    )
    latitude: float | None = optional(_LATITUDE)
    longitude: float | None = optional(_LONGITUDE)
    radius_m: float | None = optional(_PREFERENCE)
    type: str | None = optional(string(f"Only places of this type, {_TYPE}", 50), wire="includedType")
    open_now: bool = optional(flag("Only places known to be open now"), default=False)
    limit: int = optional(_LIMIT, 10, "pageSize")
    detail: str = optional(_DETAIL, "basic", "fields")
    language: str | None = optional(_LANGUAGE, wire="languageCode")
    page_token: str | None = optional(
        string("The next_page_token of the page before; repeat the other arguments unchanged", 4_000)
    )

    @property
    def point(self) -> LatLng | None:
        return _point(self.latitude, self.longitude)

    conflicts = staticmethod(_half_point)

    def as_query(self) -> TextSearch:
        return TextSearch(
            self.query,
            fields=self.detail,
            page_size=self.limit,
            page_token=self.page_token,
            language_code=self.language,
            included_type=self.type,
            strict_type_filtering=self.type is not None,
            open_now=self.open_now,
            location_bias=_circle(self.point, self.radius_m),
        )


@frozen(kw_only=True)
class NearbyArguments(Arguments):
    latitude: float = required(_LATITUDE)
    longitude: float = required(_LONGITUDE)
    radius_m: float = optional(number("Only places within this many metres of the point", 1, 50_000), 1_000)
    types: tuple[str, ...] = optional(
        listing(f"Only places of one of these types, each {_TYPE}; all when left out", most=10),
        wire="includedTypes",
        default=(),
    )
    rank: str = optional(
        choice("Which places come first", "distance", "popularity"), "distance", "rankPreference"
    )
    limit: int = optional(_LIMIT, 10, "maxResultCount")
    detail: str = optional(_DETAIL, "basic", "fields")
    language: str | None = optional(_LANGUAGE, wire="languageCode")

    @property
    def point(self) -> LatLng:
        return LatLng(self.latitude, self.longitude)

    def as_query(self) -> NearbySearch:
        return NearbySearch(
            Circle(self.point, self.radius_m),
            fields=self.detail,
            included_types=self.types,
            max_result_count=self.limit,
            rank_preference=str(self.rank).upper(),
            language_code=self.language,
        )


@frozen(kw_only=True)
class DetailsArguments(Arguments):
    place_id: str = required(string("The id of a place, as the other tools return it", 500), "name")
    detail: str = optional(_DETAIL, "contact", "fields")
    language: str | None = optional(_LANGUAGE, wire="languageCode")

    def as_query(self) -> Details:
        return Details(self.place_id, fields=self.detail, language_code=self.language)


@frozen(kw_only=True)
class PhotoArguments(Arguments):
    name: str = required(string("The name of a photo, from places_details with detail=full", 1_000))
    max_width_px: int = optional(integer("How wide the image may be, in pixels", 1, 4_800), 1_600)

    def as_query(self) -> PhotoMedia:
        return PhotoMedia(self.name, max_width_px=self.max_width_px, skip_http_redirect=True)


@frozen(kw_only=True)
class AutocompleteArguments(Arguments):
    input: str = required(string("The beginning of a name or an address, as typed so far", 200))
    latitude: float | None = optional(_LATITUDE)
    longitude: float | None = optional(_LONGITUDE)
    radius_m: float | None = optional(_PREFERENCE)
    language: str | None = optional(_LANGUAGE, wire="languageCode")

    @property
    def point(self) -> LatLng | None:
        return _point(self.latitude, self.longitude)

    conflicts = staticmethod(_half_point)

    def as_query(self) -> Autocomplete:
        return Autocomplete(
            self.input,
            location_bias=_circle(self.point, self.radius_m),
            origin=self.point,
            language_code=self.language,
        )


@frozen
class StatusArguments(Arguments):
    """None: the status is that of the whole stack."""


def _point(latitude: float | None, longitude: float | None) -> LatLng | None:
    return None if latitude is None or longitude is None else LatLng(latitude, longitude)


def _circle(center: LatLng | None, radius: float | None) -> Circle | None:
    return Circle(center, radius or 2_000) if center else None
