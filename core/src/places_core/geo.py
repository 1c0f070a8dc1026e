"""Distances on the globe."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt


__all__ = ["EARTH_RADIUS", "distance"]

EARTH_RADIUS = 6_371_008.8
"""The mean radius of the earth, in metres."""


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance between two points in degrees, in metres (haversine)."""
    north = sin(radians(other_latitude - latitude) / 2)
    east = sin(radians(other_longitude - longitude) / 2)
    half_chord = north * north + cos(radians(latitude)) * cos(radians(other_latitude)) * east * east
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, half_chord)))
