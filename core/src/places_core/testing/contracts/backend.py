"""What every backend must do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ...convert.json import loads
from ...errors import InvalidRequest, NotFound, NotSupported
from ...geo import distance
from ...models import Autocomplete, Circle, Details, LatLng, NearbySearch, PhotoMedia, Query, TextSearch
from ...ports import Backend, Reply
from ...ports.backend import OPERATIONS
from .base import Contract


class BackendContract(Contract):
    """Inherit, and provide a fixture `backend`; set `text`, `center` and `unknown_id` to what to ask for."""

    text = "coffee"
    center = (60.1699, 24.9384)
    radius = 1_000.0
    unknown_id = "no-such-place"

    def test_it_has_a_name_and_offers_something(self, backend: Backend) -> None:
        assert backend.name
        assert backend.offers()

    async def test_its_edition_is_a_text_that_does_not_change(self, backend: Backend) -> None:
        before = backend.edition()
        await self._search(backend)

        assert isinstance(before, str)
        assert before == backend.edition()

    async def test_it_tells_of_its_health(self, backend: Backend) -> None:
        assert (await backend.health()).ok

    @pytest.mark.parametrize("operation", OPERATIONS)
    async def test_what_it_does_not_offer_it_refuses_by_name(self, backend: Backend, operation: str) -> None:
        if operation in backend.offers():
            return
        with pytest.raises(NotSupported, match=operation):
            await getattr(backend, operation)(self._queries()[operation])

    async def test_it_finds_places_by_text(self, backend: Backend) -> None:
        for place in (await self._search(backend, fields="places.id,places.displayName"))["places"]:
            assert place["id"]
            assert place["displayName"]["text"]

    @pytest.mark.parametrize("fields", ["places.id", "places.displayName.text,places.id", "places.location"])
    async def test_an_answer_holds_what_the_mask_asks_for_and_no_more(
        self, backend: Backend, fields: str
    ) -> None:
        asked = {path.removeprefix("places.").split(".")[0] for path in fields.split(",")}
        answer = await self._search(backend, fields=fields)

        assert {"places"} == set(answer)
        assert all(set(place) <= asked for place in answer["places"])

    async def test_pages_follow_each_other_without_repeating(self, backend: Backend) -> None:
        seen: list[str] = []
        token: str | None = None
        for _ in range(60):
            page = await self._search(
                backend, fields="places.id,nextPageToken", page_size=1, page_token=token
            )
            seen += [place["id"] for place in page.get("places", ())]
            token = page.get("nextPageToken")
            if token is None:
                break

        assert token is None
        assert len(seen) == len(set(seen))

    async def test_a_token_it_never_gave_is_refused(self, backend: Backend) -> None:
        if "search_text" in backend.offers():
            with pytest.raises(InvalidRequest, match="pageToken"):
                await backend.search_text(TextSearch(self.text, page_token="made up"))  # noqa: S106

    async def test_nearby_places_are_near(self, backend: Backend) -> None:
        query = NearbySearch(self._circle(), fields="places.location,places.id", rank_preference="DISTANCE")
        answer = await self._asked(backend.search_nearby, query)
        locations = [place["location"] for place in answer.get("places", ())]
        away = [distance(*self.center, at.get("latitude", 0.0), at.get("longitude", 0.0)) for at in locations]

        assert sorted(away) == away
        assert all(metres <= self.radius * 1.001 for metres in away)

    async def test_what_a_search_finds_the_details_know(self, backend: Backend) -> None:
        if {"search_text", "details"} <= set(backend.offers()):
            place = (await self._search(backend, fields="places.id"))["places"][0]
            details = loads((await backend.details(Details(place["id"], fields="id,displayName"))).body)

            assert place["id"] == details["id"]
            assert backend.owns(place["id"])

    async def test_an_unknown_place_is_not_found(self, backend: Backend) -> None:
        if "details" in backend.offers():
            with pytest.raises(NotFound, match=self.unknown_id):
                await backend.details(Details(self.unknown_id))

    async def test_autocomplete_proposes_at_most_five(self, backend: Backend) -> None:
        answer = await self._asked(backend.autocomplete, Autocomplete(self.text[:3]))

        assert len(answer.get("suggestions", ())) <= 5

    async def test_callers_at_once_get_the_same_answer(self, backend: Backend) -> None:
        if "search_text" in backend.offers():
            query = TextSearch(self.text, fields="places.id")
            replies = await asyncio.gather(*(backend.search_text(query) for _ in range(20)))

            assert 1 == len({reply.body for reply in replies})

    def _circle(self) -> Circle:
        return Circle(center=LatLng(latitude=self.center[0], longitude=self.center[1]), radius=self.radius)

    def _queries(self) -> dict[str, Query]:
        return {
            "search_text": TextSearch(self.text),
            "search_nearby": NearbySearch(self._circle()),
            "details": Details(self.unknown_id),
            "photo": PhotoMedia(f"places/{self.unknown_id}/photos/one", max_width_px=100),
            "autocomplete": Autocomplete(self.text[:3]),
        }

    async def _search(self, backend: Backend, **more: Any) -> dict[str, Any]:
        if "search_text" not in backend.offers():
            return {"places": []}
        answer: dict[str, Any] = loads((await backend.search_text(TextSearch(self.text, **more))).body)
        assert answer.get("places"), f"nothing was found for {self.text!r}"
        return answer

    async def _asked(self, operation: Callable[[Any], Awaitable[Reply]], query: Query) -> dict[str, Any]:
        """Ask; an operation that is not offered answers with nothing."""
        try:
            reply = await operation(query)
        except NotSupported:
            return {}
        assert "application/json" == reply.content_type
        answer: dict[str, Any] = loads(reply.body)
        return answer
