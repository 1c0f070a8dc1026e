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
    encoded_polyline: str | None = None


@frozen(repr=False)
class SearchAlongRouteParameters(Message):
    polyline: Polyline | None = None


@frozen(repr=False)
class RouteModifiers(Message):
    avoid_tolls: bool | None = None
    avoid_highways: bool | None = None
    avoid_ferries: bool | None = None
    avoid_indoor: bool | None = None


@frozen(repr=False)
class RoutingParameters(Message):
    origin: LatLng | None = None
    travel_mode: TravelMode | str | None = None
    route_modifiers: RouteModifiers | None = None
    routing_preference: RoutingPreference | str | None = None


@frozen(repr=False)
class RoutingLeg(Message):
    duration: str | None = None
    distance_meters: int | None = None


@frozen(repr=False)
class RoutingSummary(Message):
    legs: tuple[RoutingLeg, ...] | None = None
    directions_uri: str | None = None
