"""The five operations of Google Places (New), on Google's paths."""

from __future__ import annotations

from aiohttp import web
from attrs import define

from places_core import Places

from .answers import sent, sent_photo
from .errors import Handler
from .requests import details, photo, posted


@define(eq=False)
class PlaceRoutes:
    """From HTTP to a query, and from its answer to HTTP."""

    _places: Places

    def table(self) -> tuple[tuple[str, str, Handler], ...]:
        """Give each operation's method, path and handler."""
        return (
            ("POST", "/v1/places:searchText", self.search_text),
            ("POST", "/v1/places:searchNearby", self.search_nearby),
            ("POST", "/v1/places:autocomplete", self.autocomplete),
            ("GET", "/v1/places/{place_id}", self.details),
            ("GET", "/v1/places/{place_id}/photos/{photo}/media", self.photo),
        )

    async def search_text(self, request: web.Request) -> web.Response:
        return sent(await self._places.ask(await posted("search_text", request)))

    async def search_nearby(self, request: web.Request) -> web.Response:
        return sent(await self._places.ask(await posted("search_nearby", request)))

    async def autocomplete(self, request: web.Request) -> web.Response:
        return sent(await self._places.ask(await posted("autocomplete", request)))

    async def details(self, request: web.Request) -> web.Response:
        return sent(await self._places.ask(details(request)))

    async def photo(self, request: web.Request) -> web.Response:
        return sent_photo(await self._places.ask(photo(request)))
