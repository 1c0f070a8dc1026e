"""Google's own Python client, REST transport, against the emulator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.maps import places_v1
from google.maps.places_v1.services.places.transports.rest import PlacesRestTransport
from yarl import URL

from places_google.testing import FakeGoogle, Trouble


Call = Callable[..., Any]


@pytest.fixture
def official(fake: FakeGoogle) -> places_v1.PlacesClient:
    host = URL(fake.base_url).authority
    nobody: Any = AnonymousCredentials  # the library does not say what it is
    transport = PlacesRestTransport(host=host, url_scheme="http", credentials=nobody())
    return places_v1.PlacesClient(transport=transport)


def headers(mask: str = "*", key: str = "k") -> dict[str, Any]:
    return {"metadata": [("x-goog-fieldmask", mask), ("x-goog-api-key", key)]}


async def call(method: Call, request: Any, **more: Any) -> Any:
    return await asyncio.to_thread(method, request, **{**headers(), **more})


async def test_all_five_methods(official: places_v1.PlacesClient, fake: FakeGoogle) -> None:
    center = {"latitude": 60.1699, "longitude": 24.9384}
    area = {"circle": {"center": center, "radius": 500.0}}

    text = await call(official.search_text, places_v1.SearchTextRequest(text_query="kiasma"))
    nearby = await call(
        official.search_nearby,
        places_v1.SearchNearbyRequest(location_restriction=area, included_types=["cafe"]),
    )
    typed = await call(official.autocomplete_places, places_v1.AutocompletePlacesRequest(input="kia"))
    place = await call(official.get_place, places_v1.GetPlaceRequest(name=text.places[0].name))
    photo = await call(
        official.get_photo_media,
        places_v1.GetPhotoMediaRequest(
            name=f"{place.photos[0].name}/media", max_width_px=100, skip_http_redirect=True
        ),
    )

    assert "Kiasma" in text.places[0].display_name.text
    assert all("cafe" in found.types for found in nearby.places)
    assert typed.suggestions[0].place_prediction.place_id
    assert text.places[0] == place
    assert photo.photo_uri.startswith(fake.image_url)
    assert 5 == len(fake.calls)


@pytest.mark.parametrize(
    ("error", "reason", "prepare"),
    [
        (exceptions.BadRequest, "API_KEY_INVALID", {"refused": {"k": "API_KEY_INVALID"}}),
        (exceptions.Forbidden, "SERVICE_DISABLED", {"refused": {"k": "SERVICE_DISABLED"}}),
        (exceptions.TooManyRequests, "RATE_LIMIT_EXCEEDED", {"per_minute": 0}),
        (exceptions.TooManyRequests, "RATE_LIMIT_EXCEEDED", {"per_day": 0}),
        (exceptions.ServiceUnavailable, None, {"trouble": Trouble("503")}),
        (exceptions.BadGateway, None, {"trouble": Trouble("502")}),
        (exceptions.GatewayTimeout, None, {"trouble": Trouble("504")}),
        (exceptions.InternalServerError, None, {"trouble": Trouble("500")}),
    ],
)
async def test_it_raises_its_own_errors(
    official: places_v1.PlacesClient,
    fake: FakeGoogle,
    error: type[Exception],
    reason: str | None,
    prepare: dict[str, Any],
) -> None:
    for name, value in prepare.items():
        setattr(fake, name, value)
    with pytest.raises(error) as raised:
        await call(official.search_text, places_v1.SearchTextRequest(text_query="kiasma"))

    assert reason == raised.value.reason  # type: ignore[attr-defined]
    if reason == "RATE_LIMIT_EXCEEDED":
        period = "Minute" if fake.per_minute == 0 else "Day"
        limit = f"SearchTextRequestPer{period}PerProject"
        assert limit == raised.value.metadata["quota_limit"]  # type: ignore[attr-defined]


async def test_a_missing_place_is_its_not_found(official: places_v1.PlacesClient) -> None:
    with pytest.raises(exceptions.NotFound, match="no longer valid"):
        await call(official.get_place, places_v1.GetPlaceRequest(name="places/ChIJ0000000000000000000000A"))


async def test_a_bad_mask_is_its_bad_request_with_the_path_in_the_details(
    official: places_v1.PlacesClient,
) -> None:
    request = places_v1.SearchTextRequest(text_query="kiasma")
    with pytest.raises(exceptions.BadRequest) as raised:
        await call(official.search_text, request, **headers(mask="places.nope"))

    assert "places.nope" in str(raised.value.details)


async def test_a_request_without_a_mask_is_its_bad_request(official: places_v1.PlacesClient) -> None:
    request = places_v1.SearchTextRequest(text_query="kiasma")
    with pytest.raises(exceptions.BadRequest, match="FieldMask is a required parameter"):
        await call(official.search_text, request, metadata=[("x-goog-api-key", "k")])
