"""Values that are legal but odd: unspecified options, halves of surrogate pairs, waits without end."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from places_core import Autocomplete, Details, InvalidRequest, LatLng, NearbySearch, PhotoMedia, TextSearch
from places_core.convert import dumps, parse_request
from places_core.errors import RateLimited, whole_seconds
from places_core.logs import configure
from places_core.models import Circle, NearbyRankPreference, PriceLevel, TextRankPreference
from places_core.settings import LoggingSettings
from places_core.testing import FAKE_PLACES, FakeBackend, FakeClock, fake_places


HERE = Circle(LatLng(60.17, 24.94), 500.0)
AREA = {"circle": {"center": {"latitude": 60.17, "longitude": 24.94}, "radius": 500.0}}
HALF = "\ud83d"


@pytest.mark.parametrize("unspecified", ["RANK_PREFERENCE_UNSPECIFIED", 0])
def test_an_unspecified_rank_means_none(unspecified: object) -> None:
    text = parse_request(TextSearch, {"textQuery": "tea", "rankPreference": unspecified})
    nearby = parse_request(NearbySearch, {"locationRestriction": AREA, "rankPreference": unspecified})

    assert TextSearch("tea") == text == TextSearch("tea", rank_preference=TextRankPreference.UNSPECIFIED)
    assert (
        NearbySearch(HERE) == nearby == NearbySearch(HERE, rank_preference=NearbyRankPreference.UNSPECIFIED)
    )


@pytest.mark.parametrize("unspecified", ["PRICE_LEVEL_UNSPECIFIED", 0])
def test_an_unspecified_price_level_is_left_out(unspecified: object) -> None:
    body = {"textQuery": "tea", "priceLevels": [unspecified, "PRICE_LEVEL_MODERATE"]}

    assert (PriceLevel.MODERATE,) == parse_request(TextSearch, body).price_levels
    assert TextSearch("tea") == TextSearch("tea", price_levels=[PriceLevel.UNSPECIFIED])


@pytest.mark.parametrize(
    "routing",
    [
        {"travelMode": "TRAVEL_MODE_UNSPECIFIED"},
        {"routingPreference": "ROUTING_PREFERENCE_UNSPECIFIED"},
        {"travelMode": 0, "routingPreference": 0},
    ],
)
def test_unspecified_routing_is_accepted(routing: dict[str, object]) -> None:
    parse_request(TextSearch, {"textQuery": "tea", "routingParameters": routing})
    parse_request(TextSearch, {"textQuery": "tea", "evOptions": {"connectorTypes": [0]}})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: TextSearch("tea", rank_preference=NearbyRankPreference.POPULARITY),
        lambda: TextSearch("tea", price_levels=[PriceLevel.FREE]),
        lambda: NearbySearch(HERE, rank_preference=TextRankPreference.RELEVANCE),
    ],
)
def test_a_refused_option_is_shown_as_it_is_written(wrong: Any) -> None:
    with pytest.raises(InvalidRequest, match=r": got '[A-Z_]+'; allowed"):
        wrong()


@pytest.mark.parametrize(
    ("wait", "told"),
    [(0.0, 1), (1.2, 2), (10.0**9, 31_536_000), (float("inf"), 31_536_000), (float("nan"), 31_536_000)],
)
def test_a_wait_of_any_size_has_whole_seconds(wait: float, told: int) -> None:
    assert told == whole_seconds(wait)


@pytest.mark.parametrize("text", [f"coffee {HALF}", f"{HALF}coffee{HALF}"])
@pytest.mark.parametrize("cls", [TextSearch, Autocomplete])
def test_half_a_surrogate_pair_costs_a_query_nothing_but_itself(cls: type[Any], text: str) -> None:
    query = cls(text)

    assert text.replace(HALF, "\ufffd") in (getattr(query, "text_query", ""), getattr(query, "input", ""))
    query.cache_key.encode()


def test_half_a_surrogate_pair_is_no_part_of_an_id_or_a_token() -> None:
    for wrong in (
        lambda: Details(f"fake-{HALF}"),
        lambda: PhotoMedia(f"places/a/photos/{HALF}", max_width_px=9),
        lambda: TextSearch("tea", page_token=HALF),
    ):
        with pytest.raises(InvalidRequest) as caught:
            wrong()
        str(caught.value).encode()


def test_json_keeps_all_but_half_a_surrogate_pair() -> None:
    odd = {f"a{HALF}": [f"{HALF}b", 1.5, None, float("nan"), "\U0001f600"], "c": {"d": True}}

    assert {"a\ufffd": ["\ufffdb", 1.5, None, None, "\U0001f600"], "c": {"d": True}} == json.loads(dumps(odd))
    with pytest.raises(TypeError):
        dumps({"a": 1j})


async def test_half_a_surrogate_pair_in_one_name_loses_no_place() -> None:
    named = {**FAKE_PLACES[0], "displayName": {"text": f"Coffee {HALF}"}}

    async with fake_places(FakeBackend(FakeClock(auto=True), places=(named, *FAKE_PLACES[1:]))) as places:
        answer = await places.search_text("coffee")

    names = [place.display_name.text for place in answer.places if place.display_name]
    assert ["Coffee \ufffd", "Coffee House", "Null Island Coffee"] == names


async def test_a_caller_and_a_log_survive_half_a_surrogate_pair(caplog: pytest.LogCaptureFixture) -> None:
    async with fake_places(limiter={"caller_rate": "1/minute"}) as places:
        with caplog.at_level(logging.DEBUG):
            await places.ask(TextSearch(f"coffee {HALF}"), caller=HALF)
        with pytest.raises(RateLimited):
            await places.ask(TextSearch("tea"), caller=HALF)


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_log_line_holds_no_control_characters(logging_as_before: None, style: Any) -> None:
    stream = io.StringIO()
    configure(LoggingSettings(format=style), stream)
    logging.getLogger("places.test").warning("asked for %s", "\x1b[2J\ncoffee\r\x9b")

    [line] = stream.getvalue().splitlines()
    assert "coffee" in line
    assert line.isprintable()
