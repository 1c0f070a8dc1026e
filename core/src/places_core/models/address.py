from __future__ import annotations

from attrs import frozen

from .enums import Containment, SpatialRelationship
from .message import Message
from .values import LocalizedText


@frozen(repr=False)
class AddressComponent(Message):
    """One part of an address, such as a street number or a country; `types` says which."""

    long_text: str | None = None
    short_text: str | None = None
    types: tuple[str, ...] | None = None
    language_code: str | None = None


@frozen(repr=False)
class PostalAddress(Message):
    """An address in the form of the country it is in."""

    revision: int | None = None
    region_code: str | None = None
    language_code: str | None = None
    postal_code: str | None = None
    sorting_code: str | None = None
    administrative_area: str | None = None
    locality: str | None = None
    sublocality: str | None = None
    address_lines: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    organization: str | None = None


@frozen(repr=False)
class PlusCode(Message):
    """The Open Location Code of a place; `compound_code` is relative to a named area."""

    global_code: str | None = None
    compound_code: str | None = None


@frozen(repr=False)
class Landmark(Message):
    """A well-known place near by, and how far it is in a straight line and on the way."""

    name: str | None = None
    place_id: str | None = None
    display_name: LocalizedText | None = None
    types: tuple[str, ...] | None = None
    spatial_relationship: SpatialRelationship | str | None = None
    straight_line_distance_meters: float | None = None
    travel_distance_meters: float | None = None


@frozen(repr=False)
class Area(Message):
    """A precise or approximate area that a place lies in or near."""

    name: str | None = None
    place_id: str | None = None
    display_name: LocalizedText | None = None
    containment: Containment | str | None = None


@frozen(repr=False)
class AddressDescriptor(Message):
    """Where a place is, described by the landmarks and areas around it."""

    landmarks: tuple[Landmark, ...] | None = None
    areas: tuple[Area, ...] | None = None
