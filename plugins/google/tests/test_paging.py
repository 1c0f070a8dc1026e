from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from places_core.convert import loads
from places_core.errors import BadAnswer, InvalidRequest
from places_core.models import Circle, LatLng, TextSearch
from places_google.backend import GoogleBackend
from places_google.paging import Page, with_our_token
from places_google.testing import FakeGoogle


Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]

MASK = "places.id,nextPageToken"
NEAR = Circle(center=LatLng(latitude=60.1699, longitude=24.9384), radius=2_000.0)
COFFEE = TextSearch("coffee", fields=MASK, location_bias=NEAR)
BODY = {"textQuery": "x"}


async def page(backend: GoogleBackend, query: TextSearch) -> dict[str, Any]:
    found: dict[str, Any] = loads((await backend.search_text(query)).body)
    return found


async def test_three_pages_of_twenty_are_all_there_is(google: GoogleBackend) -> None:
    seen, token = [], None
    for _ in range(3):
        found = await page(google, evolve(COFFEE, page_token=token))
        seen += [place["id"] for place in found["places"]]
        token = found.get("nextPageToken")

    assert token is None
    assert 60 == len(set(seen))


async def test_another_spelling_of_the_question_may_go_on_with_its_pages(
    google: GoogleBackend, fake: FakeGoogle
) -> None:
    """Google itself would refuse that: the first call's parameters travel in our token."""
    token = (await page(google, COFFEE))["nextPageToken"]
    moved = Circle(center=LatLng(latitude=60.16991, longitude=24.93841), radius=2_000.0)
    again = TextSearch("  COFFEE ", fields="places.id", location_bias=moved, page_size=5, page_token=token)
    found = await page(google, again)

    assert 5 == len(found["places"])
    sent = loads(fake.calls[1].body)
    assert ("coffee", 60.1699) == (sent["textQuery"], sent["locationBias"]["circle"]["center"]["latitude"])


@pytest.mark.parametrize(
    "other",
    [
        TextSearch("tea", location_bias=NEAR),
        TextSearch("coffee"),
        TextSearch("coffee", location_bias=NEAR, open_now=True),
        TextSearch("coffee", location_bias=NEAR, language_code="fi"),
    ],
)
async def test_a_token_of_another_question_is_refused_before_it_costs_a_call(
    google: GoogleBackend, fake: FakeGoogle, other: TextSearch
) -> None:
    token = (await page(google, COFFEE))["nextPageToken"]
    with pytest.raises(InvalidRequest, match="pageToken"):
        await google.search_text(evolve(other, page_token=token))

    assert 1 == len(fake.calls)


@pytest.mark.parametrize("token", ["goog-", "goog-AAAA", "goog-é", "osm-1234", "eJwDAAAAAAE"])
async def test_a_token_that_is_none_is_refused(google: GoogleBackend, token: str) -> None:
    with pytest.raises(InvalidRequest, match="pageToken"):
        await google.search_text(evolve(COFFEE, page_token=token))


async def test_a_token_cannot_smuggle_in_what_a_query_could_not_say(google: GoogleBackend) -> None:
    forged = Page({"textQuery": "coffee", "priceLevels": ["PRICE_LEVEL_FREE"]}, "t").packed()
    with pytest.raises(InvalidRequest, match="pageToken"):
        await google.search_text(evolve(COFFEE, page_token=forged))


async def test_a_token_is_known_by_its_beginning(google: GoogleBackend) -> None:
    token = (await page(google, COFFEE))["nextPageToken"]

    assert google.owns_page(token)
    assert not google.owns_page("osm-AAAA")


async def test_the_settings_language_belongs_to_the_parameters_of_the_first_page(
    fake: FakeGoogle, opened: Opened
) -> None:
    async with opened(base_url=fake.base_url, language="fi") as backend:
        token = (await page(backend, COFFEE))["nextPageToken"]
        found = await page(backend, evolve(COFFEE, page_token=token))

    assert 20 == len(found["places"])


def ours(token: str, body: dict[str, Any] = BODY) -> str:
    return Page(body, token).packed()


TRAPS = st.sampled_from(
    [
        '"nextPageToken"',
        ',"nextPageToken":"x"}',
        '\\"nextPageToken\\":\\"',
        "nextPageToken",
        '{"a":"',
        "}]}",
        "\\",
    ]
)
texts = st.lists(st.text(max_size=8) | TRAPS, max_size=4).map("".join)
values = st.recursive(
    texts | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts | st.just("nextPageToken") | st.just("searchUri"), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["places", "routingSummaries", "x", "searchUri"]), values),
    st.none() | st.text("AZaz09_-", min_size=1),
    st.none() | texts,
    st.sampled_from([(",", ":"), (", ", ": ")]),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_only_the_outermost_token_is_exchanged_however_the_answer_is_laid_out(
    front: dict[str, Any],
    token: str | None,
    uri: str | None,
    separators: tuple[str, str],
    indent: int | None,
    plain: bool,
) -> None:
    whole = dict(front)
    if token is not None:
        whole["nextPageToken"] = token
    if uri is not None:
        whole.pop("searchUri", None)
        whole["searchUri"] = uri
    raw = json.dumps(whole, separators=separators, indent=indent, ensure_ascii=plain)
    expected = whole if token is None else {**whole, "nextPageToken": ours(token)}

    assert expected == loads(with_our_token(raw.encode("utf-8", "replace"), BODY))


def test_where_there_is_no_token_the_bytes_stay_as_they_are() -> None:
    body = b'{"places": [ {"id":"a"} ] }'

    assert body is with_our_token(body, BODY)


def test_a_token_in_half_an_answer_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer):
        with_our_token(b'{"places":[{"nextPageToken"', BODY)
