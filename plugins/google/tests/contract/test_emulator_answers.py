"""What the emulator answers, against the discovery document and the official protos."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from google.maps import places_v1
from google.protobuf import json_format

from places_core.models.place_types import TABLE_A
from places_google.testing import FakeGoogle


ALL = {"X-Goog-Api-Key": "k", "X-Goog-FieldMask": "*"}
HELSINKI = {"latitude": 60.1699, "longitude": 24.9384}
CIRCLE = {"circle": {"center": HELSINKI, "radius": 5_000}}
ONLY_REST = ("nextPageToken", "searchUri")


@pytest.fixture
async def http(fake: FakeGoogle) -> AsyncIterator[ClientSession]:
    async with ClientSession(headers=ALL) as session:
        yield session


def check(discovery: Any, name: str, body: dict[str, Any]) -> None:
    assert [] == discovery.faults(name, body)
    covered = {key: value for key, value in body.items() if key not in ONLY_REST}
    message = json_format.ParseDict(covered, getattr(places_v1, name).pb()(), ignore_unknown_fields=False)
    # What protobuf itself would write is what was sent: no zero too many, no default.
    assert covered == json_format.MessageToDict(message)


@pytest.mark.parametrize("text", ["coffee", "hotel", "museum", "pharmacy", "nothing at all zzz"])
async def test_text_searches(discovery: Any, http: ClientSession, fake: FakeGoogle, text: str) -> None:
    routing = {"origin": HELSINKI, "travelMode": "WALK"}
    body = {"textQuery": text, "routingParameters": routing}
    answer = await (await http.post(f"{fake.base_url}/places:searchText", json=body)).json()

    check(discovery, "SearchTextResponse", answer)


async def test_nearby_searches_and_the_details_of_what_they_find(
    discovery: Any, http: ClientSession, fake: FakeGoogle
) -> None:
    seen = set()
    for kind in sorted(TABLE_A):
        body = {"includedTypes": [kind], "locationRestriction": CIRCLE}
        answer = await (await http.post(f"{fake.base_url}/places:searchNearby", json=body)).json()
        check(discovery, "SearchNearbyResponse", answer)
        seen |= {place["id"] for place in answer.get("places", ())}
    for place_id in seen:
        place = await (await http.get(f"{fake.base_url}/places/{place_id}")).json()
        check(discovery, "Place", place)

    assert len(seen) > 300


async def test_predictions(discovery: Any, http: ClientSession, fake: FakeGoogle) -> None:
    for text in ("k", "kah", "museum", "hel", "ravi"):
        body = {"input": text, "includeQueryPredictions": True, "origin": HELSINKI}
        answer = await (await http.post(f"{fake.base_url}/places:autocomplete", json=body)).json()
        check(discovery, "AutocompletePlacesResponse", answer)


async def test_photos(discovery: Any, http: ClientSession, fake: FakeGoogle) -> None:
    found = await (await http.post(f"{fake.base_url}/places:searchText", json={"textQuery": "kiasma"})).json()
    name = found["places"][0]["photos"][0]["name"]
    url = f"{fake.base_url}/{name}/media?maxWidthPx=100&skipHttpRedirect=true"

    check(discovery, "PhotoMedia", await (await http.get(url)).json())
