from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from mcp import Client, types
from mcp.shared.exceptions import MCPError

from places_core import InvalidRequest, PlacesError
from places_core.errors import (
    CircuitOpen,
    KeyRefused,
    NotFound,
    NotSupported,
    QuotaExhausted,
    RateLimited,
    Throttled,
    Timeout,
    Unauthenticated,
    Unavailable,
)
from places_core.events import Trace
from places_core.testing import FakeBackend, FakeClock
from places_mcp.errors import error_text
from places_mcp.tools.arguments import NearbyArguments, read


Connect = Callable[[], AbstractAsyncContextManager[Client]]

WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "missing": (
        "places_search",
        {},
        "query: got nothing; allowed: a text of 1 to 500 characters. query is required",
    ),
    "unknown": (
        "places_nearby",
        {"latitude": 1, "longitude": 2, "radius": 5},
        (
            "radius: got an unknown argument; allowed: latitude, longitude, radius_m, types, rank, limit, "
            "detail, language. Did you mean radius_m?"
        ),
    ),
    "no arguments at all": (
        "places_status",
        {"verbose": True},
        "verbose: got an unknown argument; allowed: no arguments",
    ),
    "null": (
        "places_search",
        {"query": "x", "type": None},
        "type: got None; allowed: a text of 1 to 50 characters. Leave type out instead",
    ),
    "boolean for a number": (
        "places_search",
        {"query": "x", "limit": True},
        "limit: got True; allowed: a whole number from 1 to 20",
    ),
    "text for a number": (
        "places_search",
        {"query": "x", "limit": "5"},
        "limit: got '5'; allowed: a whole number from 1 to 20",
    ),
    "fraction": (
        "places_search",
        {"query": "x", "limit": 2.5},
        "limit: got 2.5; allowed: a whole number from 1 to 20",
    ),
    "number for a boolean": (
        "places_search",
        {"query": "x", "open_now": 1},
        "open_now: got 1; allowed: true or false",
    ),
    "null for what is required": (
        "places_search",
        {"query": None},
        "query: got None; allowed: a text of 1 to 500 characters. query is required",
    ),
    "blank": ("places_search", {"query": " "}, "query: got ' '; allowed: a text of 1 to 500 characters"),
    "off the map": (
        "places_nearby",
        {"latitude": 91, "longitude": 0},
        "latitude: got 91; allowed: a number from -90 to 90",
    ),
    "half a point": (
        "places_search",
        {"query": "x", "longitude": 5},
        "latitude: got nothing; allowed: a number, as the other one is given",
    ),
    "radius around nothing": (
        "places_autocomplete",
        {"input": "x", "radius_m": 500},
        "radius_m: got 500; allowed: nothing, without latitude and longitude",
    ),
    "unknown choice": (
        "places_details",
        {"place_id": "x", "detail": "all"},
        "detail: got 'all'; allowed: one of ids, basic, contact, full",
    ),
    "text for a list": (
        "places_nearby",
        {"latitude": 1, "longitude": 2, "types": "cafe"},
        "types: got 'cafe'; allowed: a list of at most 10 texts",
    ),
    "unknown type": (
        "places_search",
        {"query": "x", "type": "pharmacies"},
        (
            "type: got 'pharmacies'; allowed: a place type of Google's Table A, such as 'cafe' or 'museum'. "
            "Did you mean 'pharmacy'?"
        ),
    ),
    "unknown types": (
        "places_nearby",
        {"latitude": 1, "longitude": 2, "types": ["museums!"]},
        (
            "types: got 'museums!'; allowed: a place type of Google's Table A, such as 'cafe' or 'museum'. "
            "Did you mean 'museum' or 'art_museum'?"
        ),
    ),
    "no language": (
        "places_search",
        {"query": "x", "language": "Finnish!"},
        "language: got 'Finnish!'; allowed: a BCP-47 language code such as 'en' or 'pt-BR'",
    ),
    "stale page": (
        "places_search",
        {"query": "x", "page_token": "fake:00:20"},
        (
            "page_token: got 'fake:00:20'; allowed: the nextPageToken of an answer to the same query. "
            "Ask for the first page again"
        ),
    ),
}


async def refusal(client: Client, name: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(name, arguments)
    [content] = result.content
    assert isinstance(content, types.TextContent)
    assert result.is_error, content.text
    assert result.structured_content is None
    return content.text


@pytest.mark.parametrize(("tool", "arguments", "message"), WRONG.values(), ids=WRONG)
async def test_a_wrong_argument_is_refused_with_what_would_do(
    connect: Connect, tool: str, arguments: dict[str, Any], message: str
) -> None:
    async with connect() as client:
        assert message == await refusal(client, tool, arguments)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e308])
def test_what_is_no_place_on_the_number_line_is_refused(number: float) -> None:
    with pytest.raises(InvalidRequest, match=r"radius_m: got .*; allowed: a number from 1 to 50000"):
        read(NearbyArguments, {"latitude": 1, "longitude": 1, "radius_m": number})


async def test_a_whole_number_may_be_written_with_a_point(connect: Connect) -> None:
    async with connect() as client:
        result = await client.call_tool("places_search", {"query": "kiosk", "limit": 3.0})

    assert 3 == len(result.structured_content["places"])


async def test_a_place_that_is_not_there_is_no_failure_of_the_server(connect: Connect) -> None:
    async with connect() as client:
        text = await refusal(client, "places_details", {"place_id": "fake-99"})

    assert "There is no place 'fake-99'. Take ids from the answer of a search." == text


async def test_a_failing_backend_is_told_and_the_server_goes_on(
    connect: Connect, backend: FakeBackend
) -> None:
    backend.errors.append(Timeout("fake gave no answer within 10 s."))
    async with connect() as client:
        text = await refusal(client, "places_search", {"query": "coffee"})
        result = await client.call_tool("places_search", {"query": "coffee"})

    assert "fake gave no answer within 10 s. Try again once, a little later." == text
    assert not result.is_error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            NotSupported("No.", offers=("search_text", "details")),
            "places_photo is not supported by the backend in use. It offers: places_search, places_details.",
        ),
        (RateLimited("100/minute is used up.", retry_after=1.2), "Too many calls. Try again in 2 s."),
        (Throttled("Slow down.", retry_after=30), "Too many calls. Try again in 30 s."),
        (
            QuotaExhausted("Quota.", reset=3600),
            "The provider's quota is used up for the next 3600 s. Trying again before does not help.",
        ),
        (
            QuotaExhausted("Quota."),
            "The provider's quota is used up. Trying again before does not help.",
        ),
        (
            Unauthenticated("The key is not valid."),
            "The key is not valid. A person has to check the key of this server.",
        ),
        (
            KeyRefused("Google refuses the key of this server."),
            "Google refuses the key of this server. A person has to check the key of this server.",
        ),
        (
            CircuitOpen("google is left alone for 9.5 s.", retry_after=9.5),
            "google is left alone for 9.5 s. Try again in 10 s.",
        ),
        (Unavailable("google failed."), "google failed. Try again once, a little later."),
        (NotFound("No such place."), "No such place."),
        (
            InvalidRequest("locationBias.circle.radius", 0, "more"),
            "radius_m: got 0; allowed: more",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, PlacesError) else "",
)
def test_every_error_says_what_to_do_next(error: PlacesError, text: str) -> None:
    assert text == error_text(error, "places_photo")


@pytest.mark.parametrize(
    ("trace", "tried"),
    [
        (Trace("google", attempts=3, tried=("google",)), " No answer from google (3 calls)."),
        (Trace("google", attempts=1, tried=("google", "local")), " No answer from google, local (1 call)."),
        (Trace("google", attempts=0, tried=("google", "local")), " No answer from google, local (0 calls)."),
        (Trace("google", attempts=1, tried=("google",)), ""),
        (Trace(cache="miss"), ""),
    ],
)
def test_an_error_says_who_gave_no_answer_where_that_was_more_than_one_call(trace: Trace, tried: str) -> None:
    error = Unavailable("Nobody answers.")
    error.trace = trace

    assert f"Nobody answers. Try again once, a little later.{tried}" == error_text(error, "places_search")


def test_a_long_message_does_not_hide_what_to_do_next() -> None:
    text = error_text(Unavailable("x" * 5_000), "places_search")

    assert text.endswith(" Try again once, a little later.")


class TestABugInTheStack:
    class Bug(FakeBackend):
        def owns(self, place_id: str) -> bool:
            raise ZeroDivisionError("a bug")

    @pytest.fixture
    def backend(self, clock: FakeClock) -> FakeBackend:
        return self.Bug(clock)

    async def test_it_is_logged_once_and_not_told(
        self, connect: Connect, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with connect() as client:
            with pytest.raises(MCPError, match=r"^Internal error encountered\.$"):
                await client.call_tool("places_details", {"place_id": "fake-1"})
            result = await client.call_tool("places_search", {"query": "coffee"})

        assert not result.is_error
        [record] = [record for record in caplog.records if record.exc_info]
        assert "places_details failed" == record.getMessage()


def test_an_error_is_one_short_line_whatever_is_in_it() -> None:
    text = error_text(Unavailable("line\nbreak \x1b[31m" + "x" * 5_000), "places_search")

    assert len(text) <= 300
    assert text.isprintable()
