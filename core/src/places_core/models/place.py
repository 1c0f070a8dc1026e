from __future__ import annotations

from attrs import field, frozen

from ..convert.schema import shape
from .address import AddressComponent, AddressDescriptor, PlusCode, PostalAddress
from .energy import EVChargeOptions, FuelOptions
from .enums import BusinessStatus, PriceLevel
from .geo import LatLng, Viewport
from .hours import OpeningHours
from .message import Unread
from .parts import (
    AccessibilityOptions,
    Attribution,
    ConsumerAlert,
    ContainingPlace,
    Entrance,
    GoogleMapsLinks,
    NavigationPoint,
    ParkingOptions,
    PaymentOptions,
    SubDestination,
)
from .reviews import Photo, Review
from .summaries import EVChargeAmenitySummary, GenerativeSummary, NeighborhoodSummary, ReviewSummary
from .transit import TransitStation
from .values import Date, LocalizedText, PriceRange, TimeZone


@frozen(repr=False)
class Place(Unread):
    """A place as Google Places (New) describes it.

    `name` is the resource name, `places/ID`; the name that people use is `display_name`.
    """

    name: str | None = None
    id: str | None = None
    moved_place: str | None = None
    moved_place_id: str | None = None
    display_name: LocalizedText | None = None
    types: tuple[str, ...] | None = None
    primary_type: str | None = None
    primary_type_display_name: LocalizedText | None = None
    google_maps_type_label: LocalizedText | None = None
    business_status: BusinessStatus | str | None = None
    opening_date: Date | None = None
    pure_service_area_business: bool | None = None
    attributions: tuple[Attribution, ...] | None = None
    consumer_alert: ConsumerAlert | None = None

    formatted_address: str | None = None
    short_formatted_address: str | None = None
    adr_format_address: str | None = None
    postal_address: PostalAddress | None = None
    address_components: tuple[AddressComponent, ...] | None = None
    address_descriptor: AddressDescriptor | None = None
    plus_code: PlusCode | None = None
    location: LatLng | None = None
    viewport: Viewport | None = None
    time_zone: TimeZone | None = None
    utc_offset_minutes: int | None = None
    entrances: tuple[Entrance, ...] | None = None
    navigation_points: tuple[NavigationPoint, ...] | None = None
    containing_places: tuple[ContainingPlace, ...] | None = None
    sub_destinations: tuple[SubDestination, ...] | None = None
    transit_station: TransitStation | None = None

    national_phone_number: str | None = None
    international_phone_number: str | None = None
    website_uri: str | None = None
    google_maps_uri: str | None = None
    google_maps_links: GoogleMapsLinks | None = None
    icon_mask_base_uri: str | None = None
    icon_background_color: str | None = None

    regular_opening_hours: OpeningHours | None = None
    regular_secondary_opening_hours: tuple[OpeningHours, ...] | None = None
    current_opening_hours: OpeningHours | None = None
    current_secondary_opening_hours: tuple[OpeningHours, ...] | None = None

    rating: float | None = None
    user_rating_count: int | None = None
    price_level: PriceLevel | str | None = None
    price_range: PriceRange | None = None
    reviews: tuple[Review, ...] | None = None
    photos: tuple[Photo, ...] | None = None
    editorial_summary: LocalizedText | None = None
    generative_summary: GenerativeSummary | None = None
    review_summary: ReviewSummary | None = None
    neighborhood_summary: NeighborhoodSummary | None = None

    accessibility_options: AccessibilityOptions | None = None
    parking_options: ParkingOptions | None = None
    payment_options: PaymentOptions | None = None
    fuel_options: FuelOptions | None = None
    ev_charge_options: EVChargeOptions | None = None
    ev_charge_amenity_summary: EVChargeAmenitySummary | None = None

    allows_dogs: bool | None = None
    curbside_pickup: bool | None = None
    delivery: bool | None = None
    dine_in: bool | None = None
    good_for_children: bool | None = None
    good_for_groups: bool | None = None
    good_for_watching_sports: bool | None = None
    live_music: bool | None = None
    menu_for_children: bool | None = None
    outdoor_seating: bool | None = None
    reservable: bool | None = None
    restroom: bool | None = None
    serves_beer: bool | None = None
    serves_breakfast: bool | None = None
    serves_brunch: bool | None = None
    serves_cocktails: bool | None = None
    serves_coffee: bool | None = None
    serves_dessert: bool | None = None
    serves_dinner: bool | None = None
    serves_lunch: bool | None = None
    serves_vegetarian_food: bool | None = None
    serves_wine: bool | None = None
    takeout: bool | None = None

    _asked: frozenset[str] | None = field(default=None, kw_only=True, eq=False, repr=False)
    _source: str = field(default="", kw_only=True, eq=False, repr=False)

    @property
    def source(self) -> str:
        """The backend that returned this place; empty for one created in code."""
        return self._source

    def asked_for(self, field: str) -> bool:
        """Whether None in `field` means unknown, not unrequested; True unless a field mask left it out."""
        if field not in _FIELDS:
            raise AttributeError(f"Place has no field {field!r}")
        return self._asked is None or _FIELDS[field] in self._asked

    def asked_with(self, fields: frozenset[str], source: str = "") -> Place:
        """Remember the requested fields, by their JSON names, and the backend that returned this place."""
        object.__setattr__(self, "_asked", fields)  # equality and hash do not see these
        object.__setattr__(self, "_source", source)
        return self


_FIELDS = {
    name: member.wire_name for member in shape(Place).values() for name in (member.name, member.wire_name)
}
