"""How well known a place is, guessed from its tags: OpenStreetMap does not count visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


POINTS_BY_TYPE = {
    "museum": 4,
    "tourist_attraction": 5,
    "train_station": 6,
    "locality": 8,
    "university": 3,
    "performing_arts_theater": 2,
    "park": 2,
    "hotel": 2,
    "plaza": 2,
    "library": 2,
    "department_store": 3,
    "shopping_mall": 3,
    "restaurant": 1,
    "cafe": 1,
    "bar": 1,
    "sculpture": -2,
    "monument": -2,
    "corporate_office": -2,
    "atm": -3,
    "parking": -3,
    "bus_stop": -6,
    "tram_stop": -4,
    "bike_sharing_station": -4,
}
CLOSED_POINTS = -40


def prominence(tags: Mapping[str, str], types: Sequence[str], *, closed: bool) -> int:
    """Return a score; the larger, the better known."""
    languages = sum(key.startswith("name:") for key in tags)
    points = min(languages, 12) + min(len(tags), 24) // 4
    points += 8 * ("wikidata" in tags) + 4 * ("wikipedia" in tags)
    points += sum(key in tags for key in ("website", "opening_hours", "brand", "cuisine"))
    points += max((POINTS_BY_TYPE[name] for name in types if POINTS_BY_TYPE.get(name, 0) > 0), default=0)
    points += min((POINTS_BY_TYPE[name] for name in types if POINTS_BY_TYPE.get(name, 0) < 0), default=0)
    return points + (CLOSED_POINTS if closed else 0)
