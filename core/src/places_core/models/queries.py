"""What can be asked: Google's requests, checked where they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from attrs import field, frozen

from ..errors import Fault
from . import converters
from . import validators as checks
from .base_query import MASK_MARKS, BaseQuery, MaskedQuery, as_mask, checked, one_of_shapes
from .converters import PAGE
from .energy import EVOptions
from .enums import NearbyRankPreference, PriceLevel, TextRankPreference
from .field_mask import FieldMask
from .geo import Circle, LatLng, RoutingParameters, SearchAlongRouteParameters, Viewport
from .place import Place
from .responses import AutocompleteResponse, SearchNearbyResponse, SearchTextResponse


PRICES = tuple(f"PRICE_LEVEL_{name}" for name in ("INEXPENSIVE", "MODERATE", "EXPENSIVE", "VERY_EXPENSIVE"))
_CIRCLE: Mapping[str, type] = {"circle": Circle}
_RECTANGLE: Mapping[str, type] = {"rectangle": Viewport}
_EITHER: Mapping[str, type] = {**_CIRCLE, **_RECTANGLE}


@frozen(slots=False)
class TextSearch(MaskedQuery):
    """Places that fit a text; at most 20 a page, 60 in all."""

    operation: ClassVar[str] = "search_text"
    answers: ClassVar[type] = SearchTextResponse

    text_query: str = field(converter=converters.encodable, metadata={"check": checks.text})
    fields: FieldMask = field(
        default=FieldMask.parse("basic", SearchTextResponse),
        converter=as_mask,
        kw_only=True,
        metadata=MASK_MARKS,
    )
    page_size: int = field(
        default=None,
        converter=converters.page_size,
        kw_only=True,
        metadata={"check": checks.integer(1, PAGE)},
    )
    page_token: str | None = checked(checks.page_token)
    language_code: str | None = checked(checks.language)
    region_code: str | None = checked(checks.region)
    rank_preference: TextRankPreference | str | None = field(
        default=None,
        converter=converters.stated,
        kw_only=True,
        metadata={"check": checks.one_of("RELEVANCE", "DISTANCE")},
    )
    included_type: str | None = checked(checks.place_type)
    strict_type_filtering: bool = checked(checks.flag, default=False)
    open_now: bool = checked(checks.flag, default=False)
    min_rating: float | None = field(
        default=None, converter=converters.half_step, kw_only=True, metadata={"check": checks.number(0, 5)}
    )
    price_levels: tuple[PriceLevel | str, ...] = field(
        default=(),
        converter=converters.stated_prices,
        kw_only=True,
        metadata={"check": checks.each(checks.one_of(*PRICES))},
    )
    location_bias: Circle | Viewport | None = one_of_shapes(_EITHER)
    location_restriction: Viewport | None = one_of_shapes(_RECTANGLE)
    ev_options: EVOptions | None = field(default=None, kw_only=True)
    routing_parameters: RoutingParameters | None = field(default=None, kw_only=True)
    search_along_route_parameters: SearchAlongRouteParameters | None = field(default=None, kw_only=True)
    include_pure_service_area_businesses: bool = checked(checks.flag, default=False)
    include_future_opening_businesses: bool = checked(checks.flag, default=False)

    def _conflicts(self) -> Sequence[Fault]:
        return _one_area(self)


@frozen(slots=False)
class NearbySearch(MaskedQuery):
    """Places of some types in a circle; at most 20."""

    operation: ClassVar[str] = "search_nearby"
    answers: ClassVar[type] = SearchNearbyResponse

    location_restriction: Circle = field(
        metadata={"oneof": _CIRCLE, "check": checks.area(_CIRCLE, hard=True)}
    )
    fields: FieldMask = field(
        default=FieldMask.parse("basic", SearchNearbyResponse),
        converter=as_mask,
        kw_only=True,
        metadata=MASK_MARKS,
    )
    included_types: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.place_types}
    )
    excluded_types: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.place_types}
    )
    included_primary_types: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.place_types}
    )
    excluded_primary_types: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.place_types}
    )
    max_result_count: int = field(
        default=PAGE,
        converter=converters.result_count,
        kw_only=True,
        metadata={"check": checks.integer(1, PAGE)},
    )
    rank_preference: NearbyRankPreference | str | None = field(
        default=None,
        converter=converters.stated,
        kw_only=True,
        metadata={"check": checks.one_of("POPULARITY", "DISTANCE")},
    )
    language_code: str | None = checked(checks.language)
    region_code: str | None = checked(checks.region)
    routing_parameters: RoutingParameters | None = field(default=None, kw_only=True)
    include_future_opening_businesses: bool = checked(checks.flag, default=False)

    def _conflicts(self) -> Sequence[Fault]:
        if not self.excluded_types and not self.excluded_primary_types:
            return ()
        primary = self.included_primary_types, self.excluded_primary_types
        return (
            *checks.no_overlap("excludedTypes", self.included_types, self.excluded_types),
            *checks.no_overlap("excludedPrimaryTypes", *primary),
        )


@frozen(slots=False)
class Details(MaskedQuery):
    """One place, by its id."""

    operation: ClassVar[str] = "details"
    answers: ClassVar[type] = Place

    place_id: str = field(converter=converters.bare_id, metadata={"check": checks.place_id, "name": "name"})
    fields: FieldMask = field(
        default=FieldMask.parse("basic", Place), converter=as_mask, kw_only=True, metadata=MASK_MARKS
    )
    language_code: str | None = checked(checks.language)
    region_code: str | None = checked(checks.region)
    session_token: str | None = checked(checks.session_token)

    @property
    def shareable(self) -> bool:
        return self.session_token is None


@frozen(slots=False)
class PhotoMedia(BaseQuery):
    """One photo, by its name; the answer is the image, or where it is."""

    operation: ClassVar[str] = "photo"

    name: str = field(converter=converters.photo_name, metadata={"check": checks.photo_name})
    max_width_px: int | None = checked(checks.integer(1, 4800))
    max_height_px: int | None = checked(checks.integer(1, 4800))
    skip_http_redirect: bool = checked(checks.flag, default=False)

    def _conflicts(self) -> Sequence[Fault]:
        if self.max_width_px is None and self.max_height_px is None:
            return (Fault("maxWidthPx", None, "a whole number from 1 to 4800, here or in maxHeightPx"),)
        return ()

    @property
    def shareable(self) -> bool:
        return False

    @property
    def place_id(self) -> str:
        """The id of the place that the photo shows."""
        return self.name.split("/")[1]


@frozen(slots=False)
class Autocomplete(MaskedQuery):
    """What somebody who types `input` may be looking for; at most 5."""

    operation: ClassVar[str] = "autocomplete"
    answers: ClassVar[type] = AutocompleteResponse

    input: str = field(converter=converters.encodable, metadata={"check": checks.text})
    fields: FieldMask = field(
        default=FieldMask.parse("basic", AutocompleteResponse),
        converter=as_mask,
        kw_only=True,
        metadata=MASK_MARKS,
    )
    session_token: str | None = checked(checks.session_token)
    location_bias: Circle | Viewport | None = one_of_shapes(_EITHER)
    location_restriction: Circle | Viewport | None = one_of_shapes(_EITHER, hard=True)
    included_primary_types: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.predicted_types}
    )
    included_region_codes: tuple[str, ...] = field(
        default=(), converter=converters.as_tuple, kw_only=True, metadata={"check": checks.regions}
    )
    language_code: str | None = checked(checks.language)
    region_code: str | None = checked(checks.region)
    origin: LatLng | None = checked(checks.point)
    input_offset: int | None = checked(checks.integer(0, checks.MAX_TEXT))
    include_query_predictions: bool = checked(checks.flag, default=False)
    include_pure_service_area_businesses: bool = checked(checks.flag, default=False)
    include_future_opening_businesses: bool = checked(checks.flag, default=False)

    def _conflicts(self) -> Sequence[Fault]:
        if self.input_offset is not None and self.input_offset > len(self.input):
            allowed = f"0 to {len(self.input)}, the length of input"
            return (*_one_area(self), Fault("inputOffset", self.input_offset, allowed))
        return _one_area(self)

    @property
    def shareable(self) -> bool:
        return self.session_token is None


Query = TextSearch | NearbySearch | Details | PhotoMedia | Autocomplete


def _one_area(query: TextSearch | Autocomplete) -> Sequence[Fault]:
    if query.location_bias is None or query.location_restriction is None:
        return ()
    hint = "A bias prefers, a restriction limits"
    return (Fault("locationRestriction", "together with locationBias", "one of the two", hint=hint),)
