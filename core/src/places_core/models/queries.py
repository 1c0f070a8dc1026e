"""What can be asked: Google's requests, checked where they are made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from attrs import field, frozen

from ..errors import InvalidRequest
from . import validators as checks
from .cache_key import canonical_key
from .energy import EVOptions
from .enums import NearbyRankPreference, PriceLevel, TextRankPreference
from .field_mask import FieldMask
from .geo import Circle, LatLng, RoutingParameters, SearchAlongRouteParameters, Viewport


PAGE = 20
PRICES = tuple(f"PRICE_LEVEL_{name}" for name in ("INEXPENSIVE", "MODERATE", "EXPENSIVE", "VERY_EXPENSIVE"))


def _search_text_mask(value: str | FieldMask) -> FieldMask:
    return FieldMask.parse(value, "search_text") if isinstance(value, str) else value


def _search_nearby_mask(value: str | FieldMask) -> FieldMask:
    return FieldMask.parse(value, "search_nearby") if isinstance(value, str) else value


def _details_mask(value: str | FieldMask) -> FieldMask:
    return FieldMask.parse(value, "details") if isinstance(value, str) else value


def _autocomplete_mask(value: str | FieldMask) -> FieldMask:
    return FieldMask.parse(value, "autocomplete") if isinstance(value, str) else value


def _checked(check: checks.Check, default: Any = None) -> Any:
    return field(default=default, validator=check, kw_only=True)


def _as_tuple(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _page_size(value: int | None) -> int:
    """Google's rule: nothing and 0 mean 20, and so does more than 20."""
    size = value or PAGE
    return min(size, PAGE) if type(size) is int else size


def _result_count(value: int | None) -> int:
    """Google's rule: nothing and 0 mean 20."""
    return value or PAGE


def _bare_id(value: str) -> str:
    return str(value).removeprefix("places/")


def _photo_name(value: str) -> str:
    return str(value).removesuffix("/media")


def _half_step(value: float | None) -> float | None:
    """Google's rule: a rating is rounded up to the next half."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return value
    return math.ceil(value * 2) / 2


@frozen
class _Asked:
    """What all queries have in common."""

    operation: ClassVar[str]

    @cached_property
    def cache_key(self) -> str:
        """The same text for every spelling of the same question."""
        return canonical_key(self)

    @cached_property
    def shared_key(self) -> str | None:
        """The cache key; None when one caller's answer may not serve another."""
        return self.cache_key if self.shareable else None

    @property
    def shareable(self) -> bool:
        """Whether one caller's answer may serve another: not for images, nor within a billed session."""
        return True


@frozen
class TextSearch(_Asked):
    """Places that fit a text; at most 20 a page, 60 in all."""

    operation: ClassVar[str] = "search_text"

    text_query: str = field(validator=checks.text)
    fields: FieldMask = field(
        default=FieldMask.parse("basic", "search_text"), converter=_search_text_mask, kw_only=True
    )
    page_size: int = field(
        default=None, converter=_page_size, validator=checks.integer(1, PAGE), kw_only=True
    )
    page_token: str | None = _checked(checks.token)
    language_code: str | None = _checked(checks.language)
    region_code: str | None = _checked(checks.region)
    rank_preference: TextRankPreference | str | None = _checked(checks.one_of("RELEVANCE", "DISTANCE"))
    included_type: str | None = _checked(checks.included_type)
    strict_type_filtering: bool = _checked(checks.flag, default=False)
    open_now: bool = _checked(checks.flag, default=False)
    min_rating: float | None = field(
        default=None, converter=_half_step, validator=checks.number(0, 5), kw_only=True
    )
    price_levels: tuple[PriceLevel | str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.each(*PRICES), kw_only=True
    )
    location_bias: Circle | Viewport | None = _checked(checks.area(Circle, Viewport))
    location_restriction: Viewport | None = _checked(checks.area(Viewport))
    ev_options: EVOptions | None = field(default=None, kw_only=True)
    routing_parameters: RoutingParameters | None = field(default=None, kw_only=True)
    search_along_route_parameters: SearchAlongRouteParameters | None = field(default=None, kw_only=True)
    include_pure_service_area_businesses: bool = _checked(checks.flag, default=False)
    include_future_opening_businesses: bool = _checked(checks.flag, default=False)

    def __attrs_post_init__(self) -> None:
        _one_area(self)


@frozen
class NearbySearch(_Asked):
    """Places of some types in a circle; at most 20."""

    operation: ClassVar[str] = "search_nearby"

    location_restriction: Circle = field(validator=checks.area(Circle, hard=True))
    fields: FieldMask = field(
        default=FieldMask.parse("basic", "search_nearby"), converter=_search_nearby_mask, kw_only=True
    )
    included_types: tuple[str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.place_types(50), kw_only=True
    )
    excluded_types: tuple[str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.place_types(50), kw_only=True
    )
    included_primary_types: tuple[str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.place_types(50), kw_only=True
    )
    excluded_primary_types: tuple[str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.place_types(50), kw_only=True
    )
    max_result_count: int = field(
        default=PAGE,
        converter=_result_count,
        validator=checks.integer(1, PAGE),
        kw_only=True,
    )
    rank_preference: NearbyRankPreference | str | None = _checked(checks.one_of("POPULARITY", "DISTANCE"))
    language_code: str | None = _checked(checks.language)
    region_code: str | None = _checked(checks.region)
    routing_parameters: RoutingParameters | None = field(default=None, kw_only=True)
    include_future_opening_businesses: bool = _checked(checks.flag, default=False)

    def __attrs_post_init__(self) -> None:
        if self.location_restriction is None:
            raise InvalidRequest("locationRestriction", None, "a circle")
        checks.no_overlap("excludedTypes", self.included_types, self.excluded_types)
        checks.no_overlap("excludedPrimaryTypes", self.included_primary_types, self.excluded_primary_types)


@frozen
class Details(_Asked):
    """One place, by its id."""

    operation: ClassVar[str] = "details"

    place_id: str = field(converter=_bare_id, validator=checks.place_id)
    fields: FieldMask = field(
        default=FieldMask.parse("basic", "details"), converter=_details_mask, kw_only=True
    )
    language_code: str | None = _checked(checks.language)
    region_code: str | None = _checked(checks.region)
    session_token: str | None = _checked(checks.session_token)

    @property
    def shareable(self) -> bool:
        return self.session_token is None


@frozen
class PhotoMedia(_Asked):
    """One photo, by its name; the answer is the image, or where it is."""

    operation: ClassVar[str] = "photo"

    name: str = field(converter=_photo_name, validator=checks.photo_name)
    max_width_px: int | None = _checked(checks.integer(1, 4800))
    max_height_px: int | None = _checked(checks.integer(1, 4800))
    skip_http_redirect: bool = _checked(checks.flag, default=False)

    def __attrs_post_init__(self) -> None:
        if self.max_width_px is None and self.max_height_px is None:
            raise InvalidRequest("maxWidthPx", None, "a whole number from 1 to 4800, here or in maxHeightPx")

    @property
    def shareable(self) -> bool:
        return False

    @property
    def place_id(self) -> str:
        """The id of the place that the photo shows."""
        return self.name.split("/")[1]


@frozen
class Autocomplete(_Asked):
    """What somebody who types `input` may be looking for; at most 5."""

    operation: ClassVar[str] = "autocomplete"

    input: str = field(validator=checks.text)
    fields: FieldMask = field(
        default=FieldMask.parse("basic", "autocomplete"), converter=_autocomplete_mask, kw_only=True
    )
    session_token: str | None = _checked(checks.session_token)
    location_bias: Circle | Viewport | None = _checked(checks.area(Circle, Viewport))
    location_restriction: Circle | Viewport | None = _checked(checks.area(Circle, Viewport, hard=True))
    included_primary_types: tuple[str, ...] = field(
        default=(),
        converter=_as_tuple,
        validator=checks.place_types(5, table_b=True, collections=("(regions)", "(cities)")),
        kw_only=True,
    )
    included_region_codes: tuple[str, ...] = field(
        default=(), converter=_as_tuple, validator=checks.regions, kw_only=True
    )
    language_code: str | None = _checked(checks.language)
    region_code: str | None = _checked(checks.region)
    origin: LatLng | None = _checked(checks.point)
    input_offset: int | None = _checked(checks.integer(0, checks.MAX_TEXT))
    include_query_predictions: bool = _checked(checks.flag, default=False)
    include_pure_service_area_businesses: bool = _checked(checks.flag, default=False)
    include_future_opening_businesses: bool = _checked(checks.flag, default=False)

    def __attrs_post_init__(self) -> None:
        _one_area(self)
        if self.input_offset is not None and self.input_offset > len(self.input):
            raise InvalidRequest(
                "inputOffset", self.input_offset, f"0 to {len(self.input)}, the length of input"
            )

    @property
    def shareable(self) -> bool:
        return self.session_token is None


Query = TextSearch | NearbySearch | Details | PhotoMedia | Autocomplete


def _one_area(query: TextSearch | Autocomplete) -> None:
    if query.location_bias is not None and query.location_restriction is not None:
        raise InvalidRequest(
            "locationRestriction",
            "together with locationBias",
            "one of the two",
            hint="A bias prefers, a restriction limits",
        )
