"""The backend `local`: places from an index on this machine, without a key or a network."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from attrs import define

from places_core.clock import Clock
from places_core.errors import ConfigError, NotFound, NotSupported, TooExpensive, Unavailable
from places_core.models import Autocomplete, Details, NearbySearch, TextSearch
from places_core.ports import Backend, Context, Health, Reply, Terms

from .embedded import open_embedded
from .index.codec import ATTRIBUTION, ATTRIBUTION_URI
from .index.reader import DamagedIndex, Index
from .index.reader_thread import ReaderThread
from .index.schema import PLACE_ID
from .index.work_limit import MAX_SECONDS, TooMuchWork
from .query.autocomplete import suggestions
from .query.nearby import nearby
from .query.open_now import is_open
from .query.paging import TOKEN_PREFIX, offset_of, token_for
from .query.search import Search
from .settings import LocalSettings


Q = TypeVar("Q", TextSearch, NearbySearch, Details, Autocomplete)
REBUILD = "places local import FILE.osm.pbf --output"


@define
class LocalBackend(Backend):
    """Open place data in an embedded index, searched in a thread of its own."""

    name = "local"
    Settings = LocalSettings
    terms = Terms(attribution=ATTRIBUTION, attribution_uri=ATTRIBUTION_URI)
    embedded = True

    _reader: ReaderThread
    _clock: Clock

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: LocalSettings, context: Context) -> AsyncIterator[Self]:
        async with ReaderThread.open(partial(_open, settings), context.clock) as reader:
            yield cls(reader, context.clock)

    async def search_text(self, query: TextSearch) -> Reply:
        return await self._read(self._search_text, query, "textQuery", query.text_query)

    async def search_nearby(self, query: NearbySearch) -> Reply:
        if query.routing_parameters is not None:
            raise NotSupported("The backend 'local' has no data for routingParameters: leave it out.")
        radius = query.location_restriction.radius
        return await self._read(_search_nearby, query, "locationRestriction.circle.radius", radius)

    async def details(self, query: Details) -> Reply:
        return await self._read(self._details, query, "name", query.place_id)

    async def autocomplete(self, query: Autocomplete) -> Reply:
        return await self._read(_autocomplete, query, "input", query.input)

    def edition(self) -> str:
        """Return which index this is; the embedded one is the same wherever it was built."""
        about = self._reader.about
        return f"{about['name']} {about['places']} {about.get('edition', about['built'])}"

    async def health(self) -> Health:
        about = self._reader.about
        snapshot = f", as of {about['snapshot']}" if "snapshot" in about else ""
        return Health(ok=True, detail=f"{about['places']} places in {about['name']}{snapshot}")

    def owns(self, place_id: str) -> bool:
        return PLACE_ID.fullmatch(place_id) is not None

    def owns_page(self, page_token: str) -> bool:
        return page_token.startswith(TOKEN_PREFIX)

    async def _read(self, read: Callable[[Index, Q], Reply], query: Q, field: str, given: object) -> Reply:
        """Read in a thread; `field` and `given` are what makes the query expensive, if it is."""
        try:
            return await self._reader.run(lambda index: read(index, query))
        except TooMuchWork as error:
            allowed = f"what local data answers within {MAX_SECONDS * 1000:.0f} ms of computing time"
            raise TooExpensive(field, given, allowed, hint="Use fewer words or a smaller area") from error
        except (sqlite3.DatabaseError, zlib.error) as error:
            raise Unavailable(f"The index of the backend 'local' is damaged: {error}.") from error

    def _search_text(self, index: Index, query: TextSearch) -> Reply:
        start = offset_of(query, self.edition())
        ids = Search.of(index, query, self._keep(index, query)).ids()
        end = start + query.page_size
        found = [_localized(index.place(number), query.language_code) for number in ids[start:end]]
        token = token_for(query, self.edition(), end) if end < len(ids) else None
        return Reply.of_places(found, query, token)

    def _details(self, index: Index, query: Details) -> Reply:
        place = index.place_by_osm(query.place_id) if self.owns(query.place_id) else None
        if place is None:
            raise NotFound(
                f"No place {query.place_id!r} in {index.about['name']}. "
                "Use an id from a search result, such as 'osm-n25038585'."
            )
        return Reply.of_json(_localized(place, query.language_code), query)

    def _keep(self, index: Index, query: TextSearch) -> Callable[[int], bool]:
        """Return the filter for `open_now`: a place with unknown hours is not known to be open."""
        if not query.open_now:
            return lambda _number: True
        zone = index.about.get("time_zone")
        if zone is None:
            raise NotSupported(
                f"openNow needs the time zone of the index, which has none: {REBUILD} PATH --time-zone ZONE"
            )
        moment = datetime.fromtimestamp(self._clock.time(), ZoneInfo(zone))

        def keep(number: int) -> bool:
            hours = index.place(number).get("regularOpeningHours")
            return hours is not None and is_open(hours, moment)

        return keep


def _search_nearby(index: Index, query: NearbySearch) -> Reply:
    found = [_localized(index.place(number), query.language_code) for number in nearby(index, query)]
    return Reply.of_places(found, query)


def _autocomplete(index: Index, query: Autocomplete) -> Reply:
    found = suggestions(index, query)
    return Reply.of_json({"suggestions": found} if found else {}, query)


def _open(settings: LocalSettings) -> Index:
    if settings.path is None:
        return open_embedded(settings.cache_dir)
    path = Path(settings.path).expanduser()
    if not path.is_file():
        raise ConfigError(f"plugins.local.path: there is no index at {path}. Build one: {REBUILD} {path}")
    try:
        return Index.open(path)
    except DamagedIndex as fault:
        raise ConfigError(
            f"plugins.local.path: {path} cannot be used: {fault}. Rebuild it: {REBUILD} {path}"
        ) from fault


def _localized(place: dict[str, Any], language: str | None) -> dict[str, Any]:
    """Name the place in a language if it has a name in it, and drop what only the index needs."""
    others = place.pop("names", {})
    place.pop("also", None)
    for code in dict.fromkeys((language, (language or "").replace("_", "-").partition("-")[0].lower())):
        if code in others:
            place["displayName"] = {"text": others[code], "languageCode": code}
            break
    return place
