"""The five operations of Google Places (New), on Google's paths."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import web
from attrs import define

from places_core import Places
from places_core.answer import Answer
from places_core.models import Query
from places_core.serving import caller_name

from .errors import Handler
from .requests import details, photo, posted
from .responses import to_photo_response, to_response


@define(eq=False)
class PlaceRoutes:
    """From HTTP to a query, and from its answer to HTTP."""

    _places: Places

    def table(self) -> tuple[tuple[str, str, Handler], ...]:
        """Return the method, path and handler of each operation."""
        return (
            ("POST", "/v1/places:searchText", self.search_text),
            ("POST", "/v1/places:searchNearby", self.search_nearby),
            ("POST", "/v1/places:autocomplete", self.autocomplete),
            ("GET", "/v1/places/{place_id}", self.details),
            ("GET", "/v1/places/{place_id}/photos/{photo}/media", self.photo),
        )

    async def search_text(self, request: web.Request) -> web.Response:
        return to_response(await self._asked(await posted("search_text", request), request))

    async def search_nearby(self, request: web.Request) -> web.Response:
        return to_response(await self._asked(await posted("search_nearby", request), request))

    async def autocomplete(self, request: web.Request) -> web.Response:
        return to_response(await self._asked(await posted("autocomplete", request), request))

    async def details(self, request: web.Request) -> web.Response:
        return to_response(await self._asked(details(request), request))

    async def photo(self, request: web.Request) -> web.Response:
        return to_photo_response(await self._asked(photo(request), request))

    def _asked(self, query: Query, request: web.Request) -> Awaitable[Answer]:
        """Ask on behalf of the client's address if callers are limited."""
        if self._places.config.limiter.caller_rate == "none" or not request.remote:
            return self._places.ask(query)
        return self._places.ask(query, caller=caller_name(request.remote))
