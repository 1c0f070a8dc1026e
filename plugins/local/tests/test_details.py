from __future__ import annotations

import json
import math

import pytest

from places_core.errors import NotFound
from places_core.models import Details
from places_local.backend import LocalBackend


async def test_a_place_is_given_by_its_id(backend: LocalBackend) -> None:
    place = json.loads(
        (await backend.details(Details("places/osm-w8042215", fields="*", language_code="en"))).body
    )

    assert "Museum of Modern Art Kiasma" == place["displayName"]["text"]
    assert {"low", "high"} == place["viewport"].keys()
    assert not {"names", "also"} & place.keys()


async def test_the_mask_is_kept_to(backend: LocalBackend) -> None:
    body = (await backend.details(Details("osm-w8042215", fields="id,displayName.text"))).body

    assert {"id": "osm-w8042215", "displayName": {"text": "Kiasma"}} == json.loads(body)


@pytest.mark.parametrize(
    "place_id", ["osm-w1", "osm-n99999999999999999", "ChIJ123", "osm-x1", "osm-n", "osm-n1;"]
)
async def test_an_unknown_id_is_named_and_what_to_do(backend: LocalBackend, place_id: str) -> None:
    with pytest.raises(NotFound, match=f"{place_id}.*Use an id from"):
        await backend.details(Details(place_id))


@pytest.mark.parametrize(
    ("place_id", "owned"), [("osm-n1", True), ("osm-r5", True), ("ChIJ1", False), ("osm-n", False)]
)
def test_the_ids_of_openstreetmap_are_its_own(backend: LocalBackend, place_id: str, owned: bool) -> None:
    assert owned == backend.owns(place_id)


async def test_it_says_what_it_holds_and_may_be_kept_for_ever(backend: LocalBackend) -> None:
    health = await backend.health()

    assert "1649 places in Helsinki (centre), as of 2019-04-21" == health.detail
    assert "© OpenStreetMap contributors, ODbL" == backend.terms.attribution
    assert math.inf == backend.terms.keep_content
    assert "photo" not in backend.offers()
