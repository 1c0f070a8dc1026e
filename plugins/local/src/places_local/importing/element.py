"""An OpenStreetMap element, and what its tags say it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from .place_types import types_of


FEATURE_KEYS = ("amenity", "shop", "tourism", "leisure", "historic", "office", "healthcare", "craft")
LIFECYCLE_PREFIXES = ("disused:", "was:", "abandoned:")
NOT_PLACES = frozenset(
    {"route", "route_master", "street", "associatedStreet", "network", "site", "public_transport", "treaty"}
)
"""Types of relation."""


@frozen
class Element:
    """A named node, way or relation; `box` is south, west, north, east, for anything but a node."""

    kind: str
    number: int
    latitude: float
    longitude: float
    tags: dict[str, str]
    box: tuple[float, float, float, float] | None = None

    def row(self) -> list[Any]:
        """Return the element as a line of the embedded data holds it."""
        plain = [f"{self.kind}{self.number}", self.latitude, self.longitude, self.tags]
        return [*plain, list(self.box)] if self.box else plain

    @classmethod
    def of_row(cls, row: list[Any]) -> Element:
        name, latitude, longitude, tags, *box = row
        return cls(name[0], int(name[1:]), latitude, longitude, tags, tuple(box[0]) if box else None)


def is_place(tags: Mapping[str, str]) -> bool:
    """Return whether this is worth finding: it has a name, and is, or was, something of a known kind."""
    if "name" not in tags or tags.get("type") in NOT_PLACES:
        return False
    known = any(tags.get(key, "no") != "no" for key in FEATURE_KEYS) or any(
        f"{prefix}{key}" in tags for prefix in LIFECYCLE_PREFIXES for key in FEATURE_KEYS
    )
    return known or bool(types_of(tags))


def current_or_former_types(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return Google's types of what the place is or, if it has closed, was."""
    if not is_closed(tags):
        return types_of(tags)
    former = {
        key.removeprefix(prefix): value
        for key, value in tags.items()
        for prefix in LIFECYCLE_PREFIXES
        if key.startswith(prefix)
    }
    return types_of({**former, **tags})


def is_closed(tags: Mapping[str, str]) -> bool:
    """Return whether the tags say that it closed, and that nothing took its place."""
    closed = any(key.startswith(LIFECYCLE_PREFIXES) and key.partition(":")[2] in FEATURE_KEYS for key in tags)
    return closed and not any(key in tags for key in FEATURE_KEYS)
