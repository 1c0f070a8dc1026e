from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from places_core.errors import InvalidRequest, NotSupported
from places_core.geo import distance
from places_core.models import Circle, LatLng, RoutingParameters, TextSearch, Viewport
from places_core.ports import Reply
from places_local.backend import LocalBackend


Names = Callable[[Reply], list[str]]
Places = Callable[[Reply], list[dict[str, Any]]]
ESPLANADI = Viewport(low=LatLng(60.1665, 24.945), high=LatLng(60.1690, 24.952))


@pytest.mark.parametrize("text", ["museum", "Museums", "museo", "musée", "музей", "museums in Helsinki"])
async def test_the_museums_are_found_in_several_languages(
    backend: LocalBackend, names: Names, text: str
) -> None:
    found = names(await backend.search_text(TextSearch(text)))

    assert {"Ateneum", "Kiasma", "Amos Rex"} <= set(found)


@pytest.mark.parametrize(
    "text", ["pharmacy", "apteekki", "apotek", "chemist", "薬局", "pharmacy helsingfors"]
)
async def test_a_pharmacy_is_found_through_its_type(backend: LocalBackend, names: Names, text: str) -> None:
    found = names(await backend.search_text(TextSearch(text)))

    assert "Kluuvin Apteekki" in found
    assert all("apteekki" in name.lower() for name in found)


async def test_coffee_means_cafes(backend: LocalBackend, places: Places) -> None:
    found = places(await backend.search_text(TextSearch("coffee", fields="places.types")))

    assert 20 == len(found)
    assert all("cafe" in place["types"] for place in found)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Kiasma", "Kiasma"),
        ("amos rex", "Amos Rex"),
        ("Helsinki Cathedral", "Helsingin tuomiokirkko"),
        ("Senate Square", "Senaatintori"),
        ("market square", "Kauppatori"),
        ("the Market Square", "Kauppatori"),
        ("oodi library", "Helsingin keskustakirjasto Oodi"),
        ("railway station", "Helsingin päärautatieasema"),
        ("Центральный вокзал Хельсинки", "Helsingin päärautatieasema"),
        ("roberts coffee", "Robert's Coffee"),
        ("stockmann", "Stockmann"),
        ("kiazma", "Kiasma"),
        ("helsingin tuomiokirko", "Helsingin tuomiokirkko"),
        ("museum of modern art", "Kiasma"),
        ("tourist information", "Helsingin Matkailuneuvonta"),
        ("old market hall", "Vanha Kauppahalli"),
        ("swimming", "Yrjönkadun uimahalli"),
        ("café fazer", "Fazer Café"),
    ],
)
async def test_what_a_tourist_types_comes_first(
    backend: LocalBackend, names: Names, text: str, first: str
) -> None:
    assert first == names(await backend.search_text(TextSearch(text)))[0]


async def test_a_name_beats_a_type(backend: LocalBackend, places: Places) -> None:
    first = places(
        await backend.search_text(TextSearch("Hotel Torni", fields="places.displayName,places.id"))
    )[0]
    bar = places(await backend.search_text(TextSearch("Ateljée Bar Hotel Torni")))[0]

    assert "Hotelli Torni" == first["displayName"]["text"]
    assert "Ateljée Bar Hotel Torni" == bar["displayName"]["text"]


@pytest.mark.parametrize("text", ["coffee in Paris", "qwertyuiop", "'\"*()^ :-", "🙂"])
async def test_nothing_is_invented(backend: LocalBackend, text: str) -> None:
    assert {} == json.loads((await backend.search_text(TextSearch(text))).body)


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Helsinki Cathedral"), ("sv-FI", "Helsingfors domkyrka"), ("zh", "赫爾辛基座堂")],
)
async def test_names_come_in_the_language_asked_for(
    backend: LocalBackend, places: Places, language: str, name: str
) -> None:
    found = places(await backend.search_text(TextSearch("tuomiokirkko", language_code=language)))[0]

    assert {"text": name, "languageCode": language[:2]} == found["displayName"]


async def test_a_language_without_a_name_gives_the_name_on_the_sign(
    backend: LocalBackend, places: Places
) -> None:
    found = places(await backend.search_text(TextSearch("tuomiokirkko", language_code="sw")))[0]

    assert {"text": "Helsingin tuomiokirkko", "languageCode": "fi"} == found["displayName"]


async def test_places_inside_the_bias_come_first(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    near = circle(300.0)
    found = places(await backend.search_text(TextSearch("restaurant", location_bias=near, fields="*")))
    away = [_metres(place, 60.171, 24.941) for place in found]
    inside = [metres for metres in away if metres <= 300]

    assert 3 < len(inside)
    assert all(metres <= 300 for metres in away[: len(inside)])


async def test_a_bias_does_not_hide_a_place_elsewhere(
    backend: LocalBackend, names: Names, circle: Callable[..., Circle]
) -> None:
    far = circle(200.0, latitude=60.1655, longitude=24.9515)

    assert "Kiasma" == names(await backend.search_text(TextSearch("Kiasma", location_bias=far)))[0]


async def test_a_restriction_is_hard(backend: LocalBackend, places: Places) -> None:
    query = TextSearch("restaurant", location_restriction=ESPLANADI, fields="places.location")
    found = [place["location"] for place in places(await backend.search_text(query))]

    assert found
    assert all(
        60.1665 <= spot["latitude"] <= 60.1690 and 24.945 <= spot["longitude"] <= 24.952 for spot in found
    )


async def test_distance_ranks_by_distance(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    query = TextSearch(
        "cafe", location_bias=circle(500.0), rank_preference="DISTANCE", fields="places.location"
    )
    away = [_metres(place, 60.171, 24.941) for place in places(await backend.search_text(query))]

    assert sorted(away) == away


async def test_distance_needs_a_place_to_measure_from(backend: LocalBackend) -> None:
    with pytest.raises(InvalidRequest, match="rankPreference"):
        await backend.search_text(TextSearch("cafe", rank_preference="DISTANCE"))


async def test_a_strict_type_filters_and_a_loose_one_prefers(backend: LocalBackend, places: Places) -> None:
    strict = TextSearch("stockmann", included_type="department_store", strict_type_filtering=True)
    loose = TextSearch("fazer", included_type="food_court")

    assert ["Stockmann"] == [
        place["displayName"]["text"] for place in places(await backend.search_text(strict))
    ]
    first, *rest = places(await backend.search_text(loose))
    assert "food_court" == first["primaryType"]
    assert rest


async def test_unknown_ratings_and_prices_do_not_pass_a_filter(backend: LocalBackend) -> None:
    rated = await backend.search_text(TextSearch("restaurant", min_rating=3.0))
    priced = await backend.search_text(TextSearch("restaurant", price_levels=("PRICE_LEVEL_MODERATE",)))

    assert (b"{}", b"{}") == (rated.body, priced.body)


async def test_open_now_keeps_what_is_known_to_be_open(
    backend: LocalBackend, places: Places, clock: Any
) -> None:
    noon = places(await backend.search_text(TextSearch("museum", open_now=True)))
    clock.now += 7 * 3600
    evening = places(await backend.search_text(TextSearch("museum", open_now=True)))

    # On Mondays Ateneum and Kiasma are closed.
    assert {"Amos Rex", "Amos Anderson taidemuseo"} == {place["displayName"]["text"] for place in noon}
    assert [] == evening


async def test_what_the_data_does_not_have_is_refused(backend: LocalBackend) -> None:
    with pytest.raises(NotSupported, match="routingParameters"):
        await backend.search_text(
            TextSearch("cafe", routing_parameters=RoutingParameters(origin=LatLng(60.0, 24.0)))
        )


async def test_pages_hold_sixty_places_in_all(backend: LocalBackend) -> None:
    seen: list[str] = []
    token = None
    for _ in range(4):
        page = json.loads((await backend.search_text(TextSearch("restaurant", page_token=token))).body)
        seen += [place["id"] for place in page["places"]]
        token = page.get("nextPageToken")
        if token is None:
            break

    assert 60 == len(seen) == len(set(seen))


async def test_a_token_may_change_the_page_size_and_the_fields_but_not_the_question(
    backend: LocalBackend,
) -> None:
    page = json.loads((await backend.search_text(TextSearch("restaurant"))).body)
    token = page["nextPageToken"]
    next_page = await backend.search_text(
        TextSearch("restaurant", page_token=token, page_size=3, fields="places.id")
    )

    assert 3 == len(json.loads(next_page.body)["places"])
    with pytest.raises(InvalidRequest, match=r"pageToken.*Start again"):
        await backend.search_text(TextSearch("cafe", page_token=token))
    with pytest.raises(InvalidRequest, match="pageToken"):
        await backend.search_text(TextSearch("restaurant", page_token=token, language_code="fi"))


@pytest.mark.parametrize("token", ["x", "osm-", "osm-AAAA", "osm-AAAAAAAAAAAAAA==", "ü", "…"])
async def test_a_made_up_token_is_refused(backend: LocalBackend, token: str) -> None:
    with pytest.raises(InvalidRequest, match="pageToken"):
        await backend.search_text(TextSearch("restaurant", page_token=token))


async def test_what_is_gone_is_found_by_name_only_and_said_to_be_closed(
    backend: LocalBackend, places: Places
) -> None:
    found = places(await backend.search_text(TextSearch("Mbar")))
    bars = places(await backend.search_text(TextSearch("bar", fields="places.businessStatus")))

    assert ["CLOSED_PERMANENTLY"] == [place["businessStatus"] for place in found]
    assert all("businessStatus" not in place for place in bars)


def _metres(place: dict[str, Any], latitude: float, longitude: float) -> float:
    return distance(latitude, longitude, place["location"]["latitude"], place["location"]["longitude"])
