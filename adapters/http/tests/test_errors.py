from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from places_core import PhotoMedia, Places, errors
from places_core.ports import Reply
from places_core.testing import FakeBackend, FakeClock, fake_places
from places_http.errors import error_response


Json = dict[str, Any]
Listening = Callable[[Places], AbstractAsyncContextManager[ClientSession]]

SEARCH = "/v1/places:searchText"
COFFEE = {"textQuery": "coffee"}
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


async def refused(response: ClientResponse, code: int, status: str) -> Json:
    body = await response.json()
    assert "application/json; charset=UTF-8" == response.headers["Content-Type"]
    assert (code, code, status) == (response.status, body["error"]["code"], body["error"]["status"])
    error: Json = body["error"]
    return error


def violations(error: Json) -> list[Json]:
    [detail] = error["details"]
    assert BAD_REQUEST == detail["@type"]
    found: list[Json] = detail["fieldViolations"]
    return found


@pytest.mark.parametrize(
    ("error", "code", "status", "reason", "wait"),
    [
        (errors.NotFound("gone"), 404, "NOT_FOUND", "NOT_FOUND", None),
        (errors.NotSupported("cannot"), 501, "UNIMPLEMENTED", "NOT_SUPPORTED", None),
        (
            errors.RateLimited("slow down", retry_after=1.2),
            429,
            "RESOURCE_EXHAUSTED",
            "RATE_LIMIT_EXCEEDED",
            "2",
        ),
        (
            errors.Throttled("slow down", retry_after=0.0),
            429,
            "RESOURCE_EXHAUSTED",
            "RATE_LIMIT_EXCEEDED",
            "1",
        ),
        (
            errors.QuotaExhausted("used up", reset=3600),
            429,
            "RESOURCE_EXHAUSTED",
            "RATE_LIMIT_EXCEEDED",
            "3600",
        ),
        (errors.QuotaExhausted("used up"), 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", None),
        (errors.Unavailable("down"), 503, "UNAVAILABLE", "BACKEND_UNAVAILABLE", None),
        (errors.Unavailable("down", retry_after=7), 503, "UNAVAILABLE", "BACKEND_UNAVAILABLE", "7"),
        (errors.ConnectionFailed("down"), 503, "UNAVAILABLE", "BACKEND_UNREACHABLE", None),
        (errors.BadAnswer("html"), 503, "UNAVAILABLE", "BACKEND_BAD_ANSWER", None),
        (errors.KeyRefused("renew it"), 503, "UNAVAILABLE", "BACKEND_KEY_REFUSED", None),
        (errors.CircuitOpen("left alone", retry_after=9.1), 503, "UNAVAILABLE", "CIRCUIT_OPEN", "10"),
        (errors.Timeout("slow"), 504, "DEADLINE_EXCEEDED", "BACKEND_TIMEOUT", None),
    ],
)
async def test_each_error_has_googles_shape(
    client: ClientSession,
    backend: FakeBackend,
    error: errors.PlacesError,
    code: int,
    status: str,
    reason: str,
    wait: str | None,
) -> None:
    backend.errors.append(error)

    response = await client.post(SEARCH, json=COFFEE)

    given = await refused(response, code, status)
    assert str(error) in given["message"]
    info = {name: given["details"][0][name] for name in ("@type", "reason", "domain")}
    assert {"@type": ERROR_INFO, "reason": reason, "domain": "places-core"} == info
    assert wait == response.headers.get("Retry-After")
    assert (wait is not None) == (RETRY_INFO in [detail["@type"] for detail in given["details"]])


@pytest.mark.parametrize(("error", "code"), [(errors.Unauthenticated, 401), (errors.PermissionDenied, 403)])
async def test_the_callers_credentials_are_the_callers_business(
    error: type[errors.PlacesError], code: int
) -> None:
    assert code == error_response(error("no")).status


async def test_a_backends_credentials_are_not(client: ClientSession, backend: FakeBackend) -> None:
    for error in (errors.Unauthenticated("project 123"), errors.PermissionDenied("project 123")):
        backend.errors.append(error)
        given = await refused(await client.post(SEARCH, json=COFFEE), 503, "UNAVAILABLE")

        assert "fake refuses the key of this server." == given["message"]


async def test_the_days_quota_is_told_from_a_limit_that_passes_as_google_does(
    client: ClientSession, backend: FakeBackend
) -> None:
    backend.errors.append(errors.QuotaExhausted("used up"))

    given = await refused(await client.post(SEARCH, json=COFFEE), 429, "RESOURCE_EXHAUSTED")

    assert {"quota_unit": "1/d/{project}"} == given["details"][0]["metadata"]


async def test_the_wait_is_exact_in_the_details(client: ClientSession, backend: FakeBackend) -> None:
    backend.errors.append(errors.RateLimited("slow down", retry_after=1.25))

    given = await refused(await client.post(SEARCH, json=COFFEE), 429, "RESOURCE_EXHAUSTED")

    assert {"@type": RETRY_INFO, "retryDelay": "1.250s"} == given["details"][1]


async def test_what_the_backend_cannot_do_is_told_with_what_it_can(listening: Listening) -> None:
    class Plain(FakeBackend):
        async def photo(self, query: PhotoMedia) -> Reply:
            raise errors.NotSupported("It has no photos.", offers=("search_text", "details"))

    async with fake_places(Plain(FakeClock(auto=True))) as places, listening(places) as client:
        response = await client.get("/v1/places/fake-1/photos/one/media?maxWidthPx=1")
        given = await refused(response, 501, "UNIMPLEMENTED")

    assert {"offers": "search_text,details"} == given["details"][0]["metadata"]


async def test_an_error_says_who_was_asked_and_how_often(listening: Listening, clock: FakeClock) -> None:
    backend = FakeBackend(clock, errors=[errors.Unavailable("down"), errors.NotFound("gone")])
    async with fake_places(backend, clock=clock) as places, listening(places) as client:
        response = await client.post(SEARCH, json=COFFEE)
        given = await refused(response, 404, "NOT_FOUND")

    assert {"backend": "fake", "attempts": "2"} == given["details"][0]["metadata"]
    assert ("fake", "miss") == tuple(response.headers[f"X-Places-{name}"] for name in ("Backend", "Cache"))


async def test_a_cached_error_says_that_it_is_one(client: ClientSession) -> None:
    found = [await client.get("/v1/places/fake-999") for _ in range(2)]

    assert ["miss", "hit"] == [response.headers["X-Places-Cache"] for response in found]
    assert [None, "0"] == [response.headers.get("Age") for response in found]


async def test_an_error_of_several_backends_tells_each_ones_reason(
    listening: Listening, clock: FakeClock
) -> None:
    class Second(FakeBackend):
        name = "second"

    refusal = errors.QuotaExhausted("the day is over")
    first = FakeBackend(clock, errors=[refusal])
    second = Second(clock, errors=[errors.Unavailable("down")])
    async with (
        fake_places(first, second, clock=clock, retry={"attempts": 1}) as places,
        listening(places) as client,
    ):
        given = await refused(await client.post(SEARCH, json=COFFEE), 429, "RESOURCE_EXHAUSTED")

    assert "fake: QuotaExhausted: the day is over; second: Unavailable: down." == given["message"]
    assert {"quota_unit": "1/d/{project}"} == given["details"][0]["metadata"]


async def test_a_bug_in_the_stack_is_a_500_and_logged_once_with_its_traceback(
    listening: Listening, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    class Bug(FakeBackend):
        def owns(self, place_id: str) -> bool:
            raise ZeroDivisionError("a bug")

    async with fake_places(Bug(clock)) as places, listening(places) as client:
        given = await refused(await client.get("/v1/places/fake-1"), 500, "INTERNAL")

    assert {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"} == given
    [record] = [record for record in caplog.records if record.exc_info]
    assert "GET /v1/places/fake-1 failed" == record.getMessage()


async def test_a_fault_of_ours_is_logged_and_not_told(
    listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    async with fake_places() as places, listening(places) as client:
        del places.plugins
        with caplog.at_level(logging.ERROR, "places.http"):
            given = await refused(await client.get("/v1/plugins"), 500, "INTERNAL")

    assert {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"} == given
    assert "GET /v1/plugins failed" in caplog.text
    assert "AttributeError" in caplog.text


async def test_a_radius_too_large_names_the_field_and_the_range(client: ClientSession) -> None:
    circle = {"center": {"latitude": 60.17, "longitude": 24.94}, "radius": 60000}

    response = await client.post("/v1/places:searchNearby", json={"locationRestriction": {"circle": circle}})

    given = await refused(response, 400, "INVALID_ARGUMENT")
    [violation] = violations(given)
    assert "locationRestriction.circle.radius" == violation["field"]
    assert "60000" in violation["description"]
    assert "50000" in violation["description"]
    assert "locationRestriction.circle.radius" in given["message"]


@pytest.mark.parametrize("path", ["places.displayNam", "places.ratng", "displayName"])
async def test_a_misspelt_mask_is_told_in_googles_words(client: ClientSession, path: str) -> None:
    response = await client.post(SEARCH, json=COFFEE, headers={"X-Goog-FieldMask": f"places.id,{path}"})

    [violation] = violations(await refused(response, 400, "INVALID_ARGUMENT"))
    assert path == violation["field"]
    assert (
        f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
        in violation["description"]
    )
    assert "Did you mean places." in violation["description"]


async def test_every_fault_of_a_request_is_a_violation(client: ClientSession) -> None:
    body = {
        "textQuery": "",
        "pageSize": -1,
        "minRating": 9,
        "includedType": "cofe",
        "rankPreference": "X",
    }

    found = violations(await refused(await client.post(SEARCH, json=body), 400, "INVALID_ARGUMENT"))

    assert sorted(body) == sorted(violation["field"] for violation in found)
    [included] = [each for each in found if each["field"] == "includedType"]
    assert "got 'cofe'; allowed: a place type" in included["description"]
    assert "Did you mean 'cafe'?" in included["description"]


async def test_faults_of_the_mask_the_parameters_and_the_body_are_told_together(
    client: ClientSession,
) -> None:
    response = await client.post(
        f"{SEARCH}?pretty=1", json={"textQuery": ""}, headers={"X-Goog-FieldMask": "places.ratng"}
    )

    found = violations(await refused(response, 400, "INVALID_ARGUMENT"))
    assert ["places.ratng", "pretty", "textQuery"] == sorted(violation["field"] for violation in found)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "/v1/places/fake-1?languageCode=Finnish!&regionCode=Finland&sesionToken=x",
            ["languageCode", "regionCode", "sesionToken"],
        ),
        (
            "/v1/places/fake-1/photos/one/media?maxWidthPx=wide&maxHeightPx=0&skipHttpRedirect=maybe&width=1",
            ["maxHeightPx", "maxWidthPx", "skipHttpRedirect", "width"],
        ),
    ],
)
async def test_every_parameter_at_fault_is_a_violation(
    client: ClientSession, path: str, fields: list[str]
) -> None:
    found = violations(await refused(await client.get(path), 400, "INVALID_ARGUMENT"))

    assert fields == sorted(violation["field"] for violation in found)


async def test_of_many_unknown_parameters_ten_are_named(client: ClientSession) -> None:
    names = "&".join(f"languageCod{number}=1" for number in range(400))
    error = await refused(await client.get(f"/v1/places/fake-1?{names}"), 400, "INVALID_ARGUMENT")

    assert 10 == len(violations(error))


async def test_a_value_that_is_nested_too_deep_is_refused_like_any_other(client: ClientSession) -> None:
    body = b'{"textQuery": "coffee", "x": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    error = await refused(await client.post(SEARCH, data=body), 400, "INVALID_ARGUMENT")

    assert ["x"] == [each["field"] for each in violations(error)]


async def test_an_unknown_place_is_not_found(client: ClientSession) -> None:
    given = await refused(await client.get("/v1/places/fake-999"), 404, "NOT_FOUND")

    assert "fake-999" in given["message"]


@pytest.mark.parametrize(
    "path", ["/", "/v1/places:searchtext", "/v1/places/", "/v2/places/a", "/v1/places/a/photos/b"]
)
async def test_an_unknown_path_is_told_the_five_there_are(client: ClientSession, path: str) -> None:
    given = await refused(await client.get(path), 404, "NOT_FOUND")

    for known in ("places:searchText", "places:searchNearby", "places:autocomplete", "places/{id}", "/media"):
        assert known in given["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", SEARCH, "POST"),
        ("PUT", "/v1/places:autocomplete", "POST"),
        ("POST", "/v1/places/fake-1", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
    ],
)
async def test_a_wrong_method_is_told_the_right_one(
    client: ClientSession, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)

    given = await refused(response, 405, "UNIMPLEMENTED")
    assert allowed == response.headers["Allow"]
    assert allowed.split(",")[0] in given["message"]
