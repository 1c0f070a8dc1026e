"""The emulator behaves as Google documents; read by a plain HTTP client, as anybody's would be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from places_core.testing import FakeClock
from places_google.testing import FakeGoogle, Trouble


HELSINKI = {"latitude": 60.1699, "longitude": 24.9384}
NEARBY = {"locationRestriction": {"circle": {"center": HELSINKI, "radius": 500}}}
IDS = {"X-Goog-Api-Key": "k", "X-Goog-FieldMask": "places.id"}
KEY = {"X-Goog-Api-Key": "k"}


@pytest.fixture
async def http(fake: FakeGoogle) -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def refused(response: ClientResponse) -> dict[str, Any]:
    error: dict[str, Any] = (await response.json())["error"]
    assert response.status == error["code"]
    return error


async def found(response: ClientResponse) -> dict[str, Any]:
    body: dict[str, Any] = await response.json()
    assert 200 == response.status, body
    return body


async def a_place(http: ClientSession, fake: FakeGoogle) -> str:
    answer = await found(
        await http.post(f"{fake.base_url}/places:searchText", json={"textQuery": "kiasma"}, headers=IDS)
    )
    place_id: str = answer["places"][0]["id"]
    return place_id


async def test_what_comes_first_is_checked_first(http: ClientSession, fake: FakeGoogle) -> None:
    """The key, the quota, the mask, the body."""
    url, fake.per_minute = f"{fake.base_url}/places:searchText", 2
    fake.refused = {"bad": "API_KEY_INVALID"}
    bad = {"X-Goog-Api-Key": "bad"}

    assert "unregistered callers" in (await refused(await http.post(url, json={"x": 1})))["message"]
    assert "API key not valid" in (await refused(await http.post(url, json={"x": 1}, headers=bad)))["message"]
    assert (
        "FieldMask is a required"
        in (await refused(await http.post(url, json={"x": 1}, headers=KEY)))["message"]
    )
    assert 'Unknown name "x"' in (await refused(await http.post(url, json={"x": 1}, headers=IDS)))["message"]
    over = await refused(await http.post(url, json={"x": 1}))
    assert 403 == over["code"]
    assert 429 == (await refused(await http.post(url, json={"x": 1}, headers=KEY)))["code"]


@pytest.mark.parametrize("mask", ["places.id, places.name", "places.nope", "basic", "id", ",", "places.id.x"])
async def test_a_bad_mask_is_named_in_the_details_only(
    http: ClientSession, fake: FakeGoogle, mask: str
) -> None:
    headers = KEY | {"X-Goog-FieldMask": mask}
    response = await http.post(f"{fake.base_url}/places:searchText", json={"textQuery": "x"}, headers=headers)
    error = await refused(response)

    assert "Request contains an invalid argument." == error["message"]
    [violation] = error["details"][0]["fieldViolations"]
    assert mask == violation["field"]
    assert "Cannot find matching fields for path" in violation["description"]


async def test_masks_and_keys_may_come_as_parameters_too(http: ClientSession, fake: FakeGoogle) -> None:
    for name in ("fields", "$fields"):
        parameters = {"key": "k", name: "places.id", "$alt": "json;enum-encoding=int"}
        url = f"{fake.base_url}/places:searchText"
        body = await found(await http.post(url, json={"text_query": "kiasma"}, params=parameters))
        assert [["id"]] * len(body["places"]) == [list(place) for place in body["places"]]


async def test_the_page_size_is_cut_for_text_and_refused_nearby(
    http: ClientSession, fake: FakeGoogle
) -> None:
    text = {"textQuery": "coffee", "maxResultCount": 100}
    body = await found(await http.post(f"{fake.base_url}/places:searchText", json=text, headers=IDS))
    assert 20 == len(body["places"])

    nearby = NEARBY | {"maxResultCount": 21}
    await refused(await http.post(f"{fake.base_url}/places:searchNearby", json=nearby, headers=IDS))


async def test_a_page_token_is_bound_to_the_parameters(http: ClientSession, fake: FakeGoogle) -> None:
    url, headers = f"{fake.base_url}/places:searchText", KEY | {"X-Goog-FieldMask": "places.id,nextPageToken"}
    first = await found(await http.post(url, json={"textQuery": "coffee"}, headers=headers))
    token = first["nextPageToken"]
    second = {"textQuery": "coffee", "pageToken": token, "pageSize": 3}

    assert 3 == len((await found(await http.post(url, json=second, headers=headers)))["places"])
    for change in ({"textQuery": "Coffee"}, {"openNow": True}, {"pageToken": token[:-1]}):
        assert 400 == (await refused(await http.post(url, json=second | change, headers=headers)))["code"]


async def test_no_token_comes_where_the_mask_does_not_ask(http: ClientSession, fake: FakeGoogle) -> None:
    url = f"{fake.base_url}/places:searchText"
    body = await found(await http.post(url, json={"textQuery": "coffee"}, headers=IDS))

    assert {"places"} == set(body)


async def test_the_token_comes_behind_the_places(http: ClientSession, fake: FakeGoogle) -> None:
    headers = KEY | {"X-Goog-FieldMask": "nextPageToken,places.id,searchUri"}
    url = f"{fake.base_url}/places:searchText"
    body = await found(await http.post(url, json={"textQuery": "coffee"}, headers=headers))

    assert ["places", "nextPageToken", "searchUri"] == list(body)


async def test_nothing_found_is_an_empty_object(http: ClientSession, fake: FakeGoogle) -> None:
    url = f"{fake.base_url}/places:searchText"
    response = await http.post(url, json={"textQuery": "zzzqqqxxyy"}, headers=IDS)

    assert {} == await found(response)


async def test_zeros_are_left_out(http: ClientSession, fake: FakeGoogle) -> None:
    headers = KEY | {"X-Goog-FieldMask": "suggestions.placePrediction.text"}
    url = f"{fake.base_url}/places:autocomplete"
    body = await found(await http.post(url, json={"input": "kia"}, headers=headers))
    [match] = body["suggestions"][0]["placePrediction"]["text"]["matches"]

    assert {"endOffset": 3} == match


async def test_answers_are_indented_unless_asked_otherwise(http: ClientSession, fake: FakeGoogle) -> None:
    url = f"{fake.base_url}/places/{await a_place(http, fake)}"
    headers = KEY | {"X-Goog-FieldMask": "id"}

    assert "\n" in await (await http.get(url, headers=headers)).text()
    assert "\n" not in await (await http.get(f"{url}?prettyPrint=false", headers=headers)).text()


@pytest.mark.parametrize(
    ("place_id", "code", "message"),
    [("foo", 400, "Not a valid Place ID: foo"), ("ChIJ0000000000000000000000A", 404, "no longer valid")],
)
async def test_a_malformed_id_is_another_thing_than_an_obsolete_one(
    http: ClientSession, fake: FakeGoogle, place_id: str, code: int, message: str
) -> None:
    response = await http.get(f"{fake.base_url}/places/{place_id}?fields=id", headers=KEY)
    error = await refused(response)

    assert code == error["code"]
    assert message in error["message"]


async def test_a_session_ends_with_the_details(http: ClientSession, fake: FakeGoogle) -> None:
    place_id = await a_place(http, fake)
    typed = {"input": "kia", "sessionToken": "session-1"}
    await found(await http.post(f"{fake.base_url}/places:autocomplete", json=typed, headers=KEY))
    assert {"session-1": "open"} == fake.sessions

    url = f"{fake.base_url}/places/{place_id}?fields=displayName&sessionToken=session-1"
    await found(await http.get(url, headers=KEY))
    assert {"session-1": "ended"} == fake.sessions
    assert 1 == fake.billed["details.enterprise_atmosphere"]

    typed["sessionToken"] = "x" * 37
    url = f"{fake.base_url}/places:autocomplete"
    assert 400 == (await refused(await http.post(url, json=typed, headers=KEY)))["code"]


async def test_a_day_s_quota_lasts_until_the_next_day(
    http: ClientSession, fake: FakeGoogle, clock: FakeClock
) -> None:
    url, fake.per_day = f"{fake.base_url}/places:searchText", 1
    body = {"textQuery": "kiasma"}
    await found(await http.post(url, json=body, headers=IDS))
    error = await refused(await http.post(url, json=body, headers=IDS))
    metadata = error["details"][0]["metadata"]
    assert ("SearchTextRequestPerDayPerProject", "1/d/{project}") == (
        metadata["quota_limit"],
        metadata["quota_unit"],
    )

    clock.now += 86_400
    await found(await http.post(url, json=body, headers=IDS))


async def test_a_photo_leads_to_the_image_host(http: ClientSession, fake: FakeGoogle) -> None:
    place = await found(
        await http.get(f"{fake.base_url}/places/{await a_place(http, fake)}?fields=photos", headers=KEY)
    )
    name = place["photos"][0]["name"]
    base = fake.base_url.removesuffix("/v1")
    response = await http.get(f"{base}/v1/{name}/media?maxWidthPx=10", headers=KEY, allow_redirects=False)

    assert 302 == response.status
    assert response.headers["Location"].startswith(fake.image_url)
    assert 400 == (await http.get(f"{base}/v1/{name}/media", headers=KEY)).status
    assert 400 == (await http.get(f"{base}/v1/{name}/media?maxWidthPx=4801", headers=KEY)).status
    assert 400 == (await http.get(f"{base}/v1/{name}x/media?maxWidthPx=10", headers=KEY)).status


async def test_elsewhere_there_is_a_page_in_html(http: ClientSession, fake: FakeGoogle) -> None:
    response = await http.get(f"{fake.base_url}/nothing/here")

    assert 404 == response.status
    assert "text/html" == response.content_type


def test_a_trouble_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Trouble("earthquake")
