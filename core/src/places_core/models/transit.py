from __future__ import annotations

from attrs import frozen

from .enums import VehicleType
from .geo import LatLng
from .message import Message
from .values import LocalizedText


@frozen(repr=False)
class TransitIcon(Message):
    """The icon of an agency, a line or a kind of vehicle."""

    url: str | None = None
    name_included: bool | None = None


@frozen(repr=False)
class TransitLine(Message):
    """A transit line, such as a bus route."""

    id: str | None = None
    display_name: LocalizedText | None = None
    short_display_name: LocalizedText | None = None
    vehicle_type: VehicleType | str | None = None
    vehicle_icon: TransitIcon | None = None
    icon: TransitIcon | None = None
    background_color: str | None = None
    text_color: str | None = None
    url: str | None = None


@frozen(repr=False)
class TransitAgency(Message):
    """A transit agency and the lines it operates at the station."""

    display_name: LocalizedText | None = None
    url: str | None = None
    fare_url: str | None = None
    icon: TransitIcon | None = None
    lines: tuple[TransitLine, ...] | None = None


@frozen(repr=False)
class TransitStop(Message):
    """A stop or platform of a station."""

    id: str | None = None
    display_name: LocalizedText | None = None
    location: LatLng | None = None
    platform_code: LocalizedText | None = None
    signage_text: LocalizedText | None = None
    stop_code: LocalizedText | None = None
    wheelchair_accessible_entrance: bool | None = None


@frozen(repr=False)
class TransitStation(Message):
    """The agencies and stops of a transit station."""

    display_name: LocalizedText | None = None
    agencies: tuple[TransitAgency, ...] | None = None
    stops: tuple[TransitStop, ...] | None = None
