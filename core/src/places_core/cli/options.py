"""Types of command-line arguments."""

from __future__ import annotations

import argparse
import math

from ..serving import whole_number


def point(text: str) -> tuple[float, float]:
    """Parse `60.17,24.94`."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text.strip()!r} is not of the form LAT,LNG, such as 60.17,24.94"
        ) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        allowed = "latitude -90 to 90, longitude -180 to 180"
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is out of range; allowed: {allowed}")
    return latitude, longitude


def metres(text: str) -> float:
    """Parse a radius, at most 50 km as in Google's protocol."""
    try:
        radius = float(text)
    except ValueError:
        radius = math.nan
    if not 0 < radius <= 50_000:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a valid radius; allowed: above 0, at most 50000 metres"
        )
    return radius


limit = whole_number(1, 20)
"""How many places one answer may hold."""
