"""The smaller parts of a place."""

from __future__ import annotations

from attrs import frozen

from .enums import EntranceTag, NavigationTravelMode, NavigationUsage
from .geo import LatLng
from .message import Message
from .values import LocalizedText


@frozen(repr=False)
class Attribution(Message):
    """Who must be named wherever the place is shown."""

    provider: str | None = None
    provider_uri: str | None = None


@frozen(repr=False)
class GoogleMapsLinks(Message):
    """Links that open the place in Google Maps."""

    directions_uri: str | None = None
    place_uri: str | None = None
    write_a_review_uri: str | None = None
    reviews_uri: str | None = None
    photos_uri: str | None = None


@frozen(repr=False)
class ConsumerAlertLink(Message):
    """A link to more about a warning."""

    title: str | None = None
    uri: str | None = None


@frozen(repr=False)
class ConsumerAlertDetails(Message):
    """The long form of a warning."""

    title: str | None = None
    description: str | None = None
    about_link: ConsumerAlertLink | None = None


@frozen(repr=False)
class ConsumerAlert(Message):
    """A warning, such as of bought reviews, to show beside the place."""

    overview: str | None = None
    details: ConsumerAlertDetails | None = None
    language_code: str | None = None


@frozen(repr=False)
class SubDestination(Message):
    """A place within the place, such as a terminal of an airport."""

    name: str | None = None
    id: str | None = None


@frozen(repr=False)
class ContainingPlace(Message):
    """A place that the place lies within."""

    name: str | None = None
    id: str | None = None


@frozen(repr=False)
class Entrance(Message):
    """A point where the place can be entered."""

    location: LatLng | None = None
    tags: tuple[EntranceTag | str, ...] | None = None


@frozen(repr=False)
class NavigationPoint(Message):
    """Where a journey to the place may end."""

    display_name: LocalizedText | None = None
    location: LatLng | None = None
    navigation_point_token: str | None = None
    travel_modes: tuple[NavigationTravelMode | str, ...] | None = None
    usages: tuple[NavigationUsage | str, ...] | None = None


@frozen(repr=False)
class AccessibilityOptions(Message):
    """What a place offers to visitors in a wheelchair."""

    wheelchair_accessible_parking: bool | None = None
    wheelchair_accessible_entrance: bool | None = None
    wheelchair_accessible_restroom: bool | None = None
    wheelchair_accessible_seating: bool | None = None


@frozen(repr=False)
class ParkingOptions(Message):
    """Where visitors can park."""

    free_parking_lot: bool | None = None
    paid_parking_lot: bool | None = None
    free_street_parking: bool | None = None
    paid_street_parking: bool | None = None
    valet_parking: bool | None = None
    free_garage_parking: bool | None = None
    paid_garage_parking: bool | None = None


@frozen(repr=False)
class PaymentOptions(Message):
    """How customers can pay."""

    accepts_credit_cards: bool | None = None
    accepts_debit_cards: bool | None = None
    accepts_cash_only: bool | None = None
    accepts_nfc: bool | None = None
