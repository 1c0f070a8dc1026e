from __future__ import annotations

from attrs import frozen

from .enums import RoutingPreference, TravelMode
from .message import Message


@frozen(repr=False)
class LatLng(Message):
    """A point in degrees; both members are always written, for 0 is a place too."""

    latitude: float = 0.0
    longitude: float = 0.0


@frozen(repr=False)
class Viewport(Message):
    """The rectangle between its south-west corner `low` and its north-east corner `high`."""

    low: LatLng | None = None
    high: LatLng | None = None


@frozen(repr=False)
class Circle(Message):
    """All points within `radius` metres of `center`."""

    center: LatLng | None = None
    radius: float | None = None


@frozen(repr=False)
class Polyline(Message):
    """A route in Google's encoded polyline format, with five decimals."""

    encoded_polyline: str | None = None


@frozen(repr=False)
class SearchAlongRouteParameters(Message):
    """The route along which a text search looks for places."""

    polyline: Polyline | None = None


@frozen(repr=False)
class RouteModifiers(Message):
    """What a route should avoid where it reasonably can."""

    avoid_tolls: bool | None = None
    avoid_highways: bool | None = None
    avoid_ferries: bool | None = None
    avoid_indoor: bool | None = None


@frozen(repr=False)
class RoutingParameters(Message):
    """From where and how the routes to the places are calculated."""

    origin: LatLng | None = None
    travel_mode: TravelMode | str | None = None
    route_modifiers: RouteModifiers | None = None
    routing_preference: RoutingPreference | str | None = None


@frozen(repr=False)
class RoutingLeg(Message):
    """One leg of a route; `duration` is in seconds and ends in an `s`."""

    duration: str | None = None
    distance_meters: int | None = None


@frozen(repr=False)
class RoutingSummary(Message):
    """The way to a place: one leg, or with a search along a route one leg to it and one onwards."""

    legs: tuple[RoutingLeg, ...] | None = None
    directions_uri: str | None = None
