from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import ClientResponse, ClientSession

from places_core import Details, PhotoMedia, Places
from places_core.ports import Reply, Terms
from places_core.testing import FakeBackend, FakeClock, fake_places


Json = dict[str, Any]
Listening = Callable[[Places], AbstractAsyncContextManager[ClientSession]]

SEARCH = "/v1/places:searchText"
COFFEE = {"textQuery": "coffee"}
CENTRE = {"center": {"latitude": 60.17, "longitude": 24.938}, "radius": 300}


async def answered(response: ClientResponse) -> Json:
    assert 200 == response.status, await response.text()
    assert "application/json; charset=UTF-8" == response.headers["Content-Type"]
    found: Json = await response.json()
    return found


async def test_only_the_fields_of_the_mask_leave(client: ClientSession) -> None:
    mask = {"X-Goog-FieldMask": "places.id,places.displayName.text"}

    found = await answered(await client.post(SEARCH, json={**COFFEE, "pageSize": 2}, headers=mask))

    assert {
        "places": [
            {"id": "fake-1", "displayName": {"text": "Coffee Corner"}},
            {"id": "fake-2", "displayName": {"text": "Coffee House"}},
        ]
    } == found


async def test_the_body_that_curl_calls_a_form_is_read_as_json(client: ClientSession) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Goog-FieldMask": "places.id"}

    response = await client.post(SEARCH, data=b'{"textQuery": "night"}', headers=headers)

    assert {"places": [{"id": "fake-3"}]} == await answered(response)


async def test_without_a_mask_the_basic_fields_are_given(client: ClientSession) -> None:
    found = await answered(await client.post(SEARCH, json={"textQuery": "night"}))

    assert {
        "id", "displayName", "formattedAddress", "location", "primaryType", "types", "attributions"
    } == found["places"][0].keys()  # fmt: skip


async def test_without_a_mask_autocomplete_gives_everything(client: ClientSession) -> None:
    found = await answered(await client.post("/v1/places:autocomplete", json={"input": "night"}))

    assert {
        "place": "places/fake-3",
        "placeId": "fake-3",
        "text": {"text": "Night Pharmacy"},
        "types": ["pharmacy", "point_of_interest", "establishment"],
    } == found["suggestions"][0]["placePrediction"]


@pytest.mark.parametrize("name", ["fields", "$fields"])
async def test_the_mask_may_be_a_parameter(client: ClientSession, name: str) -> None:
    response = await client.post(SEARCH, params={name: "places.id"}, json={"textQuery": "night"})

    assert {"places": [{"id": "fake-3"}]} == await answered(response)


async def test_the_system_parameters_of_googles_clients_are_let_be(client: ClientSession) -> None:
    query = (
        "?$alt=json;enum-encoding=int&alt=json&prettyPrint=false&key=AIza&quotaUser=me&callback=f&$.xgafv=1"
    )

    response = await client.post(f"{SEARCH}{query}", json=COFFEE, headers={"X-Goog-Api-Key": "AIza"})

    assert 3 == len((await answered(response))["places"])


async def test_a_colon_may_come_escaped(listening: Listening, places: Places) -> None:
    async with listening(places) as client:
        response = await client.post("/v1/places%3AsearchText", json=COFFEE)

        assert 3 == len((await answered(response))["places"])


async def test_nothing_found_is_an_empty_object(client: ClientSession) -> None:
    response = await client.post(SEARCH, json={"textQuery": "zeppelin"})

    assert b"{}" == await response.read()


async def test_places_nearby_come_nearest_first(client: ClientSession) -> None:
    body = {
        "locationRestriction": {"circle": CENTRE},
        "includedTypes": ["cafe"],
        "rankPreference": "DISTANCE",
    }

    found = await answered(
        await client.post("/v1/places:searchNearby", json=body, headers={"X-Goog-FieldMask": "places.id"})
    )

    assert {"places": [{"id": "fake-1"}, {"id": "fake-2"}]} == found


async def test_details_take_their_parameters_from_the_url(
    client: ClientSession, backend: FakeBackend
) -> None:
    response = await client.get("/v1/places/fake-1?languageCode=fi&region_code=fi&sessionToken=abc&fields=id")

    assert {"id": "fake-1"} == await answered(response)
    [asked] = backend.calls
    assert isinstance(asked, Details)
    assert ("fi", "fi", "abc") == (asked.language_code, asked.region_code, asked.session_token)


@pytest.mark.parametrize(
    "body",
    [
        {"maxResultCount": 2},
        {"max_result_count": "2"},
        {"page_size": 2},
        {"maxResultCount": 9, "pageSize": 2},
    ],
)
async def test_the_old_and_the_new_name_of_the_page_size_both_count(
    client: ClientSession, body: Json
) -> None:
    found = await answered(await client.post(SEARCH, json={**COFFEE, **body}))

    assert 2 == len(found["places"])


async def test_the_next_page_follows(client: ClientSession) -> None:
    mask = {"X-Goog-FieldMask": "places.id,nextPageToken"}
    first = await answered(await client.post(SEARCH, json={**COFFEE, "pageSize": 2}, headers=mask))

    token = first["nextPageToken"]
    second = await answered(
        await client.post(SEARCH, json={**COFFEE, "pageSize": 2, "pageToken": token}, headers=mask)
    )

    assert {"places": [{"id": "fake-5"}]} == second


async def test_the_headers_say_how_the_answer_came_about(client: ClientSession, clock: FakeClock) -> None:
    first = await client.post(SEARCH, json=COFFEE)
    await clock.advance(12.7)
    second = await client.post(SEARCH, json={"textQuery": " COFFEE "})

    assert ("fake", "miss") == (first.headers["X-Places-Backend"], first.headers["X-Places-Cache"])
    assert ("fake", "hit") == (second.headers["X-Places-Backend"], second.headers["X-Places-Cache"])
    assert "Age" not in first.headers
    assert "12" == second.headers["Age"]
    assert "private" == first.headers["Cache-Control"]
    assert "Invented by places_core.testing" == first.headers["X-Places-Attribution"]
    assert await first.read() == await second.read()


@pytest.mark.parametrize(
    ("attribution", "header"),
    [
        ("© OpenStreetMap contributors, ODbL", "(c) OpenStreetMap contributors, ODbL"),
        ("Škoda\r\nSet-Cookie: a=b", "UTF-8''%C5%A0koda%0D%0ASet-Cookie%3A%20a%3Db"),
        ("plain\r\nSet-Cookie: a=b", "UTF-8''plain%0D%0ASet-Cookie%3A%20a%3Db"),
    ],
)
async def test_any_attribution_fits_into_one_header(
    listening: Listening, attribution: str, header: str
) -> None:
    class Attributed(FakeBackend):
        terms = Terms(attribution=attribution)

    backend = Attributed(FakeClock(auto=True))
    async with fake_places(backend) as places, listening(places) as client:
        response = await client.post(SEARCH, json=COFFEE)

    assert header == response.headers["X-Places-Attribution"]
    assert "Set-Cookie" not in response.headers
    assert attribution.replace("©", "(c)") == unquote(header.removeprefix("UTF-8''"))


PHOTO = "/v1/places/fake-1/photos/one/media?maxWidthPx=400"


async def test_a_photo_is_sent_as_the_image_it_is(client: ClientSession) -> None:
    response = await client.get(PHOTO)

    assert 200 == response.status
    assert "image/png" == response.headers["Content-Type"]
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert b"\x89PNG" == (await response.read())[:4]


async def test_a_photo_without_redirect_is_told_where_it_is(client: ClientSession) -> None:
    response = await client.get(f"{PHOTO}&skipHttpRedirect=true")

    name = "places/fake-1/photos/one"
    assert {"name": f"{name}/media", "photoUri": f"https://example.org/{name}"} == await answered(response)


class LinkingBackend(FakeBackend):
    """Always says where a photo is, and never gives the image."""

    body = b'{"photoUri":"https://example.org/p?s=1%2F2=w400"}'

    async def photo(self, query: PhotoMedia) -> Reply:
        return Reply(self.body)


async def test_a_photo_that_is_elsewhere_is_a_redirect(listening: Listening) -> None:
    async with fake_places(LinkingBackend(FakeClock(auto=True))) as places, listening(places) as client:
        response = await client.get(PHOTO, allow_redirects=False)

    assert 302 == response.status
    assert "https://example.org/p?s=1%2F2=w400" == response.headers["Location"]


@pytest.mark.parametrize(
    "uri", [b'"javascript:alert(1)"', b'"https://a\\r\\nSet-Cookie: b=c"', b"7", b"null"]
)
async def test_a_photo_never_leads_to_what_is_no_web_address(listening: Listening, uri: bytes) -> None:
    backend = LinkingBackend(FakeClock(auto=True))
    backend.body = b'{"photoUri":' + uri + b"}"
    async with fake_places(backend) as places, listening(places) as client:
        response = await client.get(PHOTO, allow_redirects=False)

        assert 503 == response.status
        assert "UNAVAILABLE" == (await response.json())["error"]["status"]
    assert "Location" not in response.headers


class PageBackend(FakeBackend):
    async def photo(self, query: PhotoMedia) -> Reply:
        return Reply(b"<script>alert(1)</script>", "text/html")


async def test_a_photo_that_is_no_image_cannot_become_a_page_of_this_host(listening: Listening) -> None:
    async with fake_places(PageBackend(FakeClock(auto=True))) as places, listening(places) as client:
        response = await client.get(PHOTO)

    assert "application/octet-stream" == response.headers["Content-Type"]


async def test_head_is_answered_like_get_without_the_body(client: ClientSession) -> None:
    response = await client.head("/v1/places/fake-1")

    assert 200 == response.status
    assert 0 < int(response.headers["Content-Length"])


async def test_an_address_gets_no_more_than_its_share(backend: FakeBackend, listening: Listening) -> None:
    async with (
        fake_places(backend, limiter={"caller_rate": "2/minute"}) as places,
        listening(places) as client,
    ):
        statuses = [
            (await client.post(SEARCH, json={"textQuery": text})).status for text in ("a", "b", "c", "a")
        ]

    assert [200, 200, 429, 200] == statuses
