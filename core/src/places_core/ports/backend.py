"""Where the places come from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import frozen

from ..convert import dumps
from ..errors import InvalidRequest, NotSupported
from .provider import Provider


if TYPE_CHECKING:
    from ..models import Autocomplete, Details, NearbySearch, PhotoMedia, Query, TextSearch


OPERATIONS = ("search_text", "search_nearby", "details", "photo", "autocomplete")


@frozen
class Reply:
    """What a backend answers: bytes; JSON is already projected to the query's mask."""

    body: bytes
    content_type: str = "application/json"

    @classmethod
    def of_places(
        cls,
        places: Iterable[Mapping[str, Any]],
        query: TextSearch | NearbySearch,
        next_page_token: str | None = None,
    ) -> Self:
        """Answer a search with places in Google's JSON, projected to the query's mask."""
        whole: dict[str, Any] = {"places": list(places)}
        if next_page_token:
            whole["nextPageToken"] = next_page_token
        return cls.of_json(whole, query)

    @classmethod
    def of_json(
        cls, whole: Mapping[str, Any], query: TextSearch | NearbySearch | Details | Autocomplete
    ) -> Self:
        """Answer with an object in Google's JSON, projected to the query's mask.

        Lists that are empty are left out, as Google does: nothing found is `{}`.
        """
        return cls(dumps(query.fields.project({name: each for name, each in whole.items() if each != []})))


@frozen
class Terms:
    """For how many seconds which fields of a backend may be cached, and whom to attribute them to."""

    attribution: str = ""
    attribution_uri: str = ""
    keep_ids: float = math.inf
    keep_coordinates: float = math.inf
    keep_content: float = math.inf


@frozen
class Health:
    """Whether a provider works right now, and what an operator should know."""

    ok: bool
    detail: str = ""


class Backend(Provider):
    """A source of places. Implement the operations you offer, and leave out the others."""

    terms: Terms = Terms()
    embedded: ClassVar[bool] = False
    """Whether it answers within this process, at no cost; only a rate of its own limits it."""

    @classmethod
    def is_configured(cls, section: Mapping[str, Any]) -> bool:
        """Whether `backend = "auto"` may choose it, told from its section `[plugins.NAME]`."""
        return False

    @classmethod
    def offers(cls) -> tuple[str, ...]:
        """Return the names of the operations that this backend implements."""
        return tuple(name for name in OPERATIONS if getattr(cls, name) is not getattr(Backend, name))

    async def search_text(self, query: TextSearch) -> Reply:
        raise self._not_offered("search_text")

    async def search_nearby(self, query: NearbySearch) -> Reply:
        raise self._not_offered("search_nearby")

    async def details(self, query: Details) -> Reply:
        raise self._not_offered("details")

    async def photo(self, query: PhotoMedia) -> Reply:
        raise self._not_offered("photo")

    async def autocomplete(self, query: Autocomplete) -> Reply:
        raise self._not_offered("autocomplete")

    async def health(self) -> Health:
        """Return whether queries could be answered, without making a billed call."""
        return Health(ok=True)

    def owns(self, place_id: str) -> bool:
        """Whether `place_id` is one of this backend; by default any is."""
        return True

    def owns_page(self, page_token: str) -> bool:
        """Whether `page_token` is one of this backend; by default any is."""
        return True

    def edition(self) -> str:
        """Return what makes this backend answer otherwise than another of its name: its data, its defaults.

        It is part of every cache key. It stays the same while the backend is open, and holds no secret.
        """
        return ""

    def tier(self, query: Query) -> str | None:
        """Return the billing tier of `query`, None if nothing is billed."""
        return None

    def unknown_page(self, page_token: str) -> InvalidRequest:
        """Return the error for a page token that does not belong to the query."""
        allowed, hint = "the nextPageToken of an answer to the same query", "Ask for the first page again"
        return InvalidRequest("pageToken", page_token, allowed, hint=hint)

    def _not_offered(self, operation: str) -> NotSupported:
        return NotSupported(f"The backend {self.name!r} does not offer {operation}.", offers=self.offers())
