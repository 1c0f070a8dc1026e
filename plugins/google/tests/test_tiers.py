from __future__ import annotations

import pytest

from places_core.convert import shape
from places_core.models import (
    Autocomplete,
    Circle,
    Details,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Place,
    Query,
    TextSearch,
)
from places_google.tiers import TIERS, tier


CIRCLE = Circle(center=LatLng(latitude=1.0, longitude=2.0), radius=10.0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TextSearch("x", fields="places.id"), "searchText.ids_only"),
        (TextSearch("x", fields="places.id,places.name,nextPageToken"), "searchText.ids_only"),
        (TextSearch("x", fields="places.location"), "searchText.pro"),
        (TextSearch("x", fields="places.photos"), "searchText.pro"),
        (TextSearch("x", fields="searchUri"), "searchText.pro"),
        (TextSearch("x", fields="basic"), "searchText.pro"),
        (TextSearch("x", fields="contact"), "searchText.enterprise"),
        (TextSearch("x", fields="places.id,places.reviews.rating"), "searchText.enterprise_atmosphere"),
        (TextSearch("x", fields="places"), "searchText.enterprise_atmosphere"),
        (TextSearch("x", fields="*"), "searchText.enterprise_atmosphere"),
        (TextSearch("x", fields="places.id,routingSummaries"), "searchText.enterprise_atmosphere"),
        (NearbySearch(CIRCLE, fields="places.id"), "searchNearby.pro"),
        (NearbySearch(CIRCLE, fields="places.rating"), "searchNearby.enterprise"),
        (Details("a", fields="id,photos"), "details.ids_only"),
        (Details("a", fields="location,formattedAddress"), "details.essentials"),
        (Details("a", fields="displayName"), "details.pro"),
        (Details("a", fields="websiteUri"), "details.enterprise"),
        (Details("a", fields="entrances"), "details.enterprise_atmosphere"),
        (Details("a", fields="location", session_token="s"), "details.essentials"),
        (Details("a", fields="displayName", session_token="s"), "details.enterprise_atmosphere"),
        (Details("a", fields="id", session_token="s"), "details.ids_only"),
        (Autocomplete("x"), "autocomplete_requests"),
        (Autocomplete("x", session_token="s"), "autocomplete_requests"),
        (PhotoMedia("places/a/photos/b", max_width_px=1), "photos"),
    ],
)
def test_the_dearest_field_sets_the_tier(query: Query, expected: str) -> None:
    assert expected == tier(query)


@pytest.mark.parametrize("field", shape(Place))
def test_every_field_of_a_place_has_a_tier(field: str) -> None:
    details = tier(Details("a", fields=field)).removeprefix("details.")
    text = tier(TextSearch("x", fields=f"places.{field}"))

    assert TIERS.index(details) <= TIERS.index(text.removeprefix("searchText."))
