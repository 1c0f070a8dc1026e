from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from aiohttp import ClientSession

from places_core import Places
from places_core.errors import KeyRefused, Unavailable
from places_core.testing import FakeBackend, FakeClock, fake_places
from places_http.app import make_app


Json = dict[str, Any]
Listening = Callable[[Places], AbstractAsyncContextManager[ClientSession]]


async def test_health_needs_nothing(client: ClientSession, backend: FakeBackend) -> None:
    response = await client.get("/healthz")

    assert (200, {"status": "ok"}) == (response.status, await response.json())
    assert [] == backend.calls


async def test_it_is_ready_while_a_backend_would_be_asked(listening: Listening) -> None:
    backend = FakeBackend(FakeClock(auto=True), errors=[Unavailable("down")])
    settings: Json = {"retry": {"attempts": 1}, "breaker": {"min_calls": 1}}
    async with fake_places(backend, clock=backend.clock, **settings) as places, listening(places) as client:
        before = await client.get("/readyz")
        await client.post("/v1/places:searchText", json={"textQuery": "coffee"})
        after = await client.get("/readyz")

        assert (200, {"ready": True}) == (before.status, await before.json())
        assert (503, {"ready": False}) == (after.status, await after.json())


async def test_it_is_ready_again_without_a_question_and_stays_so(listening: Listening) -> None:
    backend = FakeBackend(FakeClock(auto=True), errors=[Unavailable("down")])
    settings: Json = {"retry": {"attempts": 1}, "breaker": {"min_calls": 1, "open_for": 5}}
    async with fake_places(backend, clock=backend.clock, **settings) as places, listening(places) as client:
        await client.post("/v1/places:searchText", json={"textQuery": "coffee"})
        polled = []
        for _ in range(30):
            polled.append((await client.get("/readyz")).status)
            await backend.clock.sleep(1)

    assert [503] * 5 + [200] * 25 == polled


async def test_it_is_not_ready_while_the_key_of_the_only_backend_is_refused(listening: Listening) -> None:
    backend = FakeBackend(FakeClock(auto=True), errors=[KeyRefused("no")])
    async with fake_places(backend, clock=backend.clock) as places, listening(places) as client:
        await client.post("/v1/places:searchText", json={"textQuery": "coffee"})
        refused = (await client.get("/readyz")).status
        await client.post("/v1/places:searchText", json={"textQuery": "coffee"})
        accepted = (await client.get("/readyz")).status

    assert (503, 200) == (refused, accepted)


async def test_the_status_is_that_of_the_stack(client: ClientSession, places: Places) -> None:
    response = await client.get("/v1/status")

    assert json.loads(json.dumps(await places.status())) == await response.json()


async def test_the_plugins_are_listed_with_what_they_provide(client: ClientSession) -> None:
    response = await client.get("/v1/plugins")

    lines = {line["name"]: line for line in (await response.json())["plugins"]}
    assert "loaded" == lines["builtin"]["status"]
    assert "caches:memory" in lines["builtin"]["provides"]


@pytest.fixture
async def document(client: ClientSession) -> Json:
    found: Json = await (await client.get("/openapi.json")).json()
    return found


async def test_the_description_has_every_path_and_no_other(document: Json, places: Places) -> None:
    routed = {resource.canonical for resource in make_app(places).router.resources()}

    assert routed - {"/{path}"} == set(document["paths"])


async def test_the_description_names_the_fields_as_they_are_on_the_wire(document: Json) -> None:
    schemas = document["components"]["schemas"]

    request, place = schemas["SearchTextRequest"], schemas["Place"]
    assert ["textQuery"] == request["required"]
    assert "fields" not in request["properties"]
    assert {"circle", "rectangle"} == request["properties"]["locationBias"]["properties"].keys()
    assert {"rectangle"} == request["properties"]["locationRestriction"]["properties"].keys()
    assert {"$ref": "#/components/schemas/LocalizedText"} == place["properties"]["displayName"]
    assert {"type": "string", "format": "int64"} == schemas["Money"]["properties"]["units"]
    assert {"type": "array", "items": {"type": "string"}} == place["properties"]["types"]


async def test_the_description_says_what_the_urls_take(document: Json) -> None:
    details = document["paths"]["/v1/places/{place_id}"]["get"]["parameters"]
    media = document["paths"]["/v1/places/{place_id}/photos/{photo}/media"]["get"]["parameters"]

    assert ["place_id", "languageCode", "regionCode", "sessionToken", "X-Goog-FieldMask"] == [
        each["name"] for each in details
    ]
    assert ["place_id", "photo", "maxWidthPx", "maxHeightPx", "skipHttpRedirect"] == [
        each["name"] for each in media
    ]
