from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from places_core.convert import loads
from places_core.errors import BadAnswer, InvalidRequest, NotFound, Unavailable
from places_core.models import Details, PhotoMedia, TextSearch
from places_core.testing import FakeClock
from places_google.backend import GoogleBackend
from places_google.testing import FakeGoogle, Trouble


Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]

PNG = b"\x89PNG\r\n\x1a\n"


async def first_photo(backend: GoogleBackend) -> str:
    found = loads((await backend.search_text(TextSearch("coffee", fields="places.photos.name"))).body)
    name: str = found["places"][0]["photos"][0]["name"]
    return name


async def test_an_image_comes_from_its_own_host_which_never_sees_the_key(
    google: GoogleBackend, fake: FakeGoogle
) -> None:
    reply = await google.photo(PhotoMedia(await first_photo(google), max_width_px=400))

    assert "image/png" == reply.content_type
    assert reply.body.startswith(PNG)
    assert (400, 300) == (int.from_bytes(reply.body[16:20], "big"), int.from_bytes(reply.body[20:24], "big"))
    [seen] = fake.image_calls
    assert "test-key-1" not in f"{seen.target}{seen.headers}"
    assert "skipHttpRedirect=true" in fake.calls[-1].target


async def test_where_an_image_is_can_be_asked_for_alone(google: GoogleBackend, fake: FakeGoogle) -> None:
    name = await first_photo(google)
    reply = await google.photo(PhotoMedia(name, max_height_px=100, skip_http_redirect=True))
    answer = loads(reply.body)

    assert f"{name}/media" == answer["name"]
    assert answer["photoUri"].startswith(fake.image_url)
    assert [] == fake.image_calls


async def test_a_stale_name_is_fetched_anew_once(
    google: GoogleBackend, fake: FakeGoogle, clock: FakeClock
) -> None:
    name = await first_photo(google)
    clock.now += fake.photo_lifetime + 1
    reply = await google.photo(PhotoMedia(name, max_width_px=100))

    assert reply.body.startswith(PNG)
    assert ["search_text", "photo", "details", "photo"] == [call.operation for call in fake.calls]
    assert "photos" == fake.calls[2].mask


async def test_a_name_that_stays_stale_is_refused(google: GoogleBackend, fake: FakeGoogle) -> None:
    name = await first_photo(google)
    fake.photo_lifetime = -1
    with pytest.raises(InvalidRequest, match="Names of photos expire"):
        await google.photo(PhotoMedia(name, max_width_px=100))

    assert ["photo", "details", "photo"] == [call.operation for call in fake.calls[1:]]


async def test_a_photo_of_a_place_without_photos_is_refused(scripted: Any, opened: Opened) -> None:
    stale = "The photo resource in the request is invalid. Please retrieve it from Places API endpoints."
    error = {"error": {"code": 400, "message": stale, "status": "INVALID_ARGUMENT"}}
    scripted.answer(400, json.dumps(error))
    scripted.answer(200, "{}")
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(InvalidRequest, match="Names of photos expire"):
            await backend.photo(PhotoMedia("places/a/photos/b", max_width_px=100))

    assert 2 == len(scripted.requests)


@pytest.mark.parametrize(
    "uri",
    ["http://lh3.googleusercontent.com/p/a", "https://evil.example/a", "https://notgoogleusercontent.com/a",
     "file:///etc/passwd", "http://169.254.169.254/latest", "", "https://[bad"],
)  # fmt: skip
async def test_an_image_elsewhere_is_not_fetched(scripted: Any, opened: Opened, uri: str) -> None:
    scripted.answer(200, json.dumps({"name": "n", "photoUri": uri}))
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(BadAnswer):
            await backend.photo(PhotoMedia("places/a/photos/b", max_width_px=100))

    assert 1 == len(scripted.requests)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (200, {"Content_Type": "text/html"}, b"<html>", BadAnswer),
        (200, {"Content_Type": "image/svg+xml"}, b"<svg/>", BadAnswer),
        (200, {"Content_Type": "image/png"}, b"x" * 1001, BadAnswer),
        (302, {"Location": "http://127.0.0.1:1/"}, b"", BadAnswer),
        (403, {}, b"", NotFound),
        (404, {}, b"", NotFound),
        (503, {}, b"", Unavailable),
        (429, {}, b"", Unavailable),
    ],
)
async def test_what_is_no_image_is_not_passed_on(
    scripted: Any, opened: Opened, status: int, headers: dict[str, str], body: bytes, error: type[Exception]
) -> None:
    scripted.answer(200, json.dumps({"photoUri": f"{scripted.base_url}/image"}))
    scripted.answer(status, body, **headers)
    async with opened(base_url=scripted.base_url, photo_max_bytes=1000) as backend:
        with pytest.raises(error):
            await backend.photo(PhotoMedia("places/a/photos/b", max_width_px=100))

    method, target, sent, _ = scripted.requests[1]
    assert ("GET", "/v1/image") == (method, target)
    assert not {"X-Goog-Api-Key", "X-Goog-FieldMask", "Cookie"} & set(sent)


async def test_an_answer_without_an_address_is_a_bad_answer(scripted: Any, opened: Opened) -> None:
    scripted.answer(200, '{"name": "n"}')
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(BadAnswer, match="no URI for the image"):
            await backend.photo(PhotoMedia("places/a/photos/b", max_width_px=100))


async def test_a_photo_name_is_not_looked_up_anew_for_other_errors(
    google: GoogleBackend, fake: FakeGoogle
) -> None:
    name = await first_photo(google)
    fake.troubles = [Trouble("503")]
    with pytest.raises(Unavailable):
        await google.photo(PhotoMedia(name, max_width_px=100))

    assert 2 == len(fake.calls)


async def test_photos_come_with_whom_to_name(google: GoogleBackend) -> None:
    name = await first_photo(google)
    details = loads((await google.details(Details(name.split("/")[1], fields="photos"))).body)

    assert all(photo["authorAttributions"] for photo in details["photos"])
