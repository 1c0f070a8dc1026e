"""What is remembered of queries that were asked before, and what is not."""

from __future__ import annotations

import tracemalloc
from types import NoneType
from typing import Any

import pytest

from places_core.errors import InvalidRequest
from places_core.models import (
    Circle,
    LatLng,
    TextSearch,
)
from places_core.stack.query_memo import QueryMemo
from places_core.testing import FakeBackend, fake_places


HERE = Circle(center=LatLng(latitude=60.17, longitude=24.94), radius=500.0)
NEVER = {"provider": "none"}


async def test_the_backend_is_asked_for_the_text_and_the_point_of_the_caller(backend: FakeBackend) -> None:
    asked = [("coffee", (60.17, 24.94)), (" COFFEE", (60.1701, 24.9399)), ("Coffee", (60.1699, 24.9401))]
    async with fake_places(backend, cache=NEVER) as places:
        for text, near in asked:
            answer = await places.search_text(text, near=near, radius=300.0, open_now=True)
            assert answer.query == TextSearch(
                text,
                location_bias=Circle(center=LatLng(latitude=near[0], longitude=near[1]), radius=300.0),
                open_now=True,
            )

    calls: list[Any] = list(backend.calls)
    assert [text for text, _ in asked] == [query.text_query for query in calls]
    assert [near[0] for _, near in asked] == [query.location_bias.center.latitude for query in calls]
    assert 1 == len({query.cache_key for query in calls})


async def test_by_distance_a_point_a_few_metres_away_is_another_question(backend: FakeBackend) -> None:
    async with fake_places(backend) as places:
        for rank, cache in (("RELEVANCE", "hit"), ("DISTANCE", "miss")):
            await places.search_text("coffee", near=(60.17, 24.94), rank_preference=rank)
            answer = await places.search_text("coffee", near=(60.17004, 24.94), rank_preference=rank)
            assert cache == answer.trace.cache


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"limit": 1}, {"limit": True}),
        ({"limit": 2}, {"limit": 2.0}),
        ({"radius": 1}, {"radius": True}),
        ({"near": (1.0, 24.9)}, {"near": (True, 24.9)}),
        ({"open_now": True}, {"open_now": 1}),
        ({"min_rating": 1}, {"min_rating": True}),
    ],
)
async def test_what_is_invalid_stays_so_after_an_equal_value_of_another_type(
    backend: FakeBackend, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    async with fake_places(backend) as places:
        await places.search_text("tea", **{"near": (60.0, 24.0), **good})
        with pytest.raises(InvalidRequest):
            await places.search_text("tea", **{"near": (60.0, 24.0), **bad})


async def test_a_text_that_is_too_long_stays_so_after_a_shorter_spelling(backend: FakeBackend) -> None:
    async with fake_places(backend) as places:
        await places.search_text("tea", near=(60.0, 24.0))
        with pytest.raises(InvalidRequest, match="textQuery"):
            await places.search_text("tea" + " " * 2_000, near=(60.0, 24.0))


@pytest.mark.parametrize(("length", "most"), [(10, 10_000_000), (1_900, 100_000)])
def test_what_is_remembered_of_queries_is_bounded_and_short(length: int, most: int) -> None:
    memo, rest = QueryMemo(), (None, None, "basic")
    tracemalloc.start()
    try:
        for number in range(6_000):
            text = f"{number} ".ljust(length, "x")
            memo.get_or_make((text, None, rest, NoneType), lambda args: TextSearch(args[0]))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < most
