"""Places of some types in a circle."""

from __future__ import annotations

from itertools import islice

from places_core.models import NearbySearch

from ..index.geometry import Area, Spot
from ..index.reader import Index


FIRST = 30


def nearby(index: Index, query: NearbySearch) -> list[int]:
    """The best known, or the nearest, places in the circle that are of the right types."""
    area = Area.circle(query.location_restriction)
    if query.rank_preference == "DISTANCE":
        return _nearest(index, query, area)
    fitting = (spot.id for spot in index.around(area, _wanted(query)) if _fits(index, query, spot))
    return list(islice(fitting, query.max_result_count))


def _nearest(index: Index, query: NearbySearch, area: Area) -> list[int]:
    """Look in a small circle first: in a town it holds enough."""
    assert area.radius is not None  # noqa: S101  # made from a circle
    radius = area.radius / FIRST
    while True:
        circle = Area.around(area.latitude, area.longitude, radius)
        away = sorted((area.distance(spot), spot.id, spot) for spot in index.around(circle, _wanted(query)))
        fitting = (spot.id for _, _, spot in away if _fits(index, query, spot))
        found = list(islice(fitting, query.max_result_count))
        if len(found) == query.max_result_count or radius >= area.radius:
            return found
        radius = min(radius * 3, area.radius)


def _wanted(query: NearbySearch) -> tuple[str, ...]:
    """Of these types a place must have one; the rest `_fits` looks at."""
    return query.included_types or query.included_primary_types


def _fits(index: Index, query: NearbySearch, spot: Spot) -> bool:
    if not (query.included_primary_types or query.excluded_types or query.excluded_primary_types):
        return True
    primary, *_ = kinds = index.kinds_of(spot.id) or [""]
    if query.included_primary_types and primary not in query.included_primary_types:
        return False
    return primary not in query.excluded_primary_types and not set(kinds) & set(query.excluded_types)
