"""An OpenStreetMap element, and what its tags say it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from .place_types import types_of


KEYS = ("amenity", "shop", "tourism", "leisure", "historic", "office", "healthcare", "craft")
GONE = ("disused:", "was:", "abandoned:")
NO_PLACES = frozenset(
    {"route", "route_master", "street", "associatedStreet", "network", "site", "public_transport", "treaty"}
)


@frozen
class Element:
    """One place as OpenStreetMap has it; `box` is south, west, north, east, for what is more than a point."""

    kind: str
    number: int
    latitude: float
    longitude: float
    tags: dict[str, str]
    box: tuple[float, float, float, float] | None = None

    def row(self) -> list[Any]:
        """The element as a line of the data file has it."""
        plain = [f"{self.kind}{self.number}", self.latitude, self.longitude, self.tags]
        return [*plain, list(self.box)] if self.box else plain

    @classmethod
    def of_row(cls, row: list[Any]) -> Element:
        name, latitude, longitude, tags, *box = row
        return cls(name[0], int(name[1:]), latitude, longitude, tags, tuple(box[0]) if box else None)


def is_place(tags: Mapping[str, str]) -> bool:
    """Whether somebody may look for this: it has a name, and is, or was, something of a known kind."""
    if "name" not in tags or tags.get("type") in NO_PLACES:
        return False
    known = any(tags.get(key, "no") != "no" for key in KEYS) or any(
        f"{gone}{key}" in tags for gone in GONE for key in KEYS
    )
    return known or bool(types_of(tags))


def place_types(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Google's types of what the place is, or was when it is gone."""
    former = {
        key.removeprefix(gone): value for key, value in tags.items() for gone in GONE if key.startswith(gone)
    }
    return types_of({**former, **tags} if is_gone(tags) else tags)


def is_gone(tags: Mapping[str, str]) -> bool:
    """Whether the tags say that it closed, and nothing else took its place."""
    gone = any(key.startswith(GONE) and key.partition(":")[2] in KEYS for key in tags)
    return gone and not any(key in tags for key in KEYS)
