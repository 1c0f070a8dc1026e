"""Places of some types in a circle."""

from __future__ import annotations

from itertools import islice

from places_core.models import NearbySearch

from ..index.geometry import Area, Hit
from ..index.reader import Index


FIRST_FRACTION, GROWTH = 30, 3


def nearby(index: Index, query: NearbySearch) -> list[int]:
    """Return the ids of the places of the right types in the circle, the best known or the nearest first."""
    area = Area.circle(query.location_restriction)
    if query.rank_preference == "DISTANCE":
        return _nearest(index, query, area)
    fitting = (hit.id for hit in index.best_known(area, _required(query)) if _fits(index, query, hit))
    return list(islice(fitting, query.max_result_count))


def _nearest(index: Index, query: NearbySearch, area: Area) -> list[int]:
    """Search a small circle first, which in a town holds enough, and widen it as needed."""
    assert area.radius is not None  # noqa: S101  # made from a circle
    radius = area.radius / FIRST_FRACTION
    while True:
        circle = Area.around(area.latitude, area.longitude, radius)
        # Sorting by one number at a time is fast: it keeps the interpreter from the other threads.
        away = sorted(index.within(circle, _required(query)), key=area.distance)
        fitting = (hit.id for hit in away if _fits(index, query, hit))
        found = list(islice(fitting, query.max_result_count))
        if len(found) == query.max_result_count or radius >= area.radius:
            return found
        radius = min(radius * GROWTH, area.radius)


def _required(query: NearbySearch) -> tuple[str, ...]:
    """Return the types of which a place must have one; `_fits` checks the rest."""
    return query.included_types or query.included_primary_types


def _fits(index: Index, query: NearbySearch, hit: Hit) -> bool:
    if not (query.included_primary_types or query.excluded_types or query.excluded_primary_types):
        return True
    primary, *_ = types = index.types_of(hit.id) or [""]
    if query.included_primary_types and primary not in query.included_primary_types:
        return False
    return primary not in query.excluded_primary_types and not set(types) & set(query.excluded_types)
