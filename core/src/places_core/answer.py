"""An answer: bytes first, objects on first use."""

from __future__ import annotations

from functools import cached_property

from attrs import define, field

from .convert import from_json, loads
from .errors import NotSupported
from .events import Trace
from .models.place import Place
from .models.queries import PhotoMedia, Query
from .models.responses import AutocompleteResponse, PhotoMediaResponse, SearchTextResponse, Suggestion


__all__ = ["Answer"]


@define(eq=False)
class Answer:
    """The body as the backend sent it, and on first use the objects in it."""

    body: bytes = field(repr=False)
    query: Query
    trace: Trace
    content_type: str = "application/json"
    attribution: str = ""
    """Whom to attribute the places to, for example `© OpenStreetMap contributors, ODbL`."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places found, best first; for details the one place."""
        if self.query.operation == "details":
            return (self._masked(from_json(Place, loads(self.body))),)
        return tuple(self._masked(place) for place in self._response.places or ())

    @property
    def place(self) -> Place | None:
        """The first place, if there is one."""
        return next(iter(self.places), None)

    @property
    def next_page_token(self) -> str | None:
        """What to send as `page_token` for the next page, if there is one and the mask asked for it."""
        return self._response.next_page_token

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The suggestions of autocomplete, best first."""
        self._only_for("autocomplete")
        return from_json(AutocompleteResponse, loads(self.body)).suggestions or ()

    @cached_property
    def photo(self) -> PhotoMediaResponse:
        """The URI of a photo that was asked for with `skip_http_redirect`."""
        self._only_for("photo")
        return from_json(PhotoMediaResponse, loads(self.body))

    @cached_property
    def _response(self) -> SearchTextResponse:
        self._only_for("search_text", "search_nearby")
        return from_json(SearchTextResponse, loads(self.body))

    def _masked(self, place: Place) -> Place:
        assert not isinstance(self.query, PhotoMedia)  # noqa: S101
        return place.asked_with(self.query.fields.place_fields, self.trace.backend)

    def _only_for(self, *operations: str) -> None:
        if self.query.operation not in operations:
            others = " or ".join(operations)
            raise NotSupported(
                f"An answer to {self.query.operation} does not have that; one to {others} does."
            )
