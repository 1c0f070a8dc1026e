"""The backend `local`: places from an index on this machine, without a key or a network."""

from __future__ import annotations

import asyncio
import sqlite3
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from attrs import define

from places_core.clock import Clock
from places_core.errors import ConfigError, NotFound, NotSupported, Unavailable
from places_core.models import Autocomplete, Details, NearbySearch, TextSearch
from places_core.ports import Backend, Context, Health, Reply, Terms

from .embedded import open_embedded
from .index.codec import ATTRIBUTION, ATTRIBUTION_URI
from .index.reader import DamagedIndex, Index
from .index.schema import PLACE_ID
from .query.autocomplete import suggestions
from .query.nearby import nearby
from .query.open_now import is_open
from .query.paging import TOKEN_PREFIX, offset_of, token_for
from .query.search import Search
from .settings import LocalSettings


REBUILD = "places local import FILE.osm.pbf --output"


@define
class LocalBackend(Backend):
    """Open place data in an embedded index; queries take about a millisecond and run in the event loop."""

    name = "local"
    Settings = LocalSettings
    terms = Terms(attribution=ATTRIBUTION, attribution_uri=ATTRIBUTION_URI)
    embedded = True

    _index: Index
    _clock: Clock

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: LocalSettings, context: Context) -> AsyncIterator[Self]:
        index = await asyncio.to_thread(_open, settings)
        try:
            yield cls(index, context.clock)
        finally:
            index.close()

    async def search_text(self, query: TextSearch) -> Reply:
        with self._reading() as index:
            start = offset_of(query, self._edition)
            ids = Search.of(index, query, self._keep(query)).ids()
            end = start + query.page_size
            found = [_localized(index.place(number), query.language_code) for number in ids[start:end]]
        token = token_for(query, self._edition, end) if end < len(ids) else None
        return Reply.of_places(found, query, token)

    async def search_nearby(self, query: NearbySearch) -> Reply:
        if query.routing_parameters is not None:
            raise NotSupported("The backend 'local' has no data for routingParameters: leave it out.")
        with self._reading() as index:
            found = [_localized(index.place(number), query.language_code) for number in nearby(index, query)]
        return Reply.of_places(found, query)

    async def details(self, query: Details) -> Reply:
        with self._reading() as index:
            place = index.place_by_osm(query.place_id) if self.owns(query.place_id) else None
        if place is None:
            raise NotFound(
                f"No place {query.place_id!r} in {self._index.about['name']}. "
                "Use an id from a search result, such as 'osm-n25038585'."
            )
        return Reply.of_json(_localized(place, query.language_code), query)

    async def autocomplete(self, query: Autocomplete) -> Reply:
        with self._reading() as index:
            found = suggestions(index, query)
        return Reply.of_json({"suggestions": found} if found else {}, query)

    async def health(self) -> Health:
        about = self._index.about
        snapshot = f", as of {about['snapshot']}" if "snapshot" in about else ""
        return Health(ok=True, detail=f"{about['places']} places in {about['name']}{snapshot}")

    def owns(self, place_id: str) -> bool:
        return PLACE_ID.fullmatch(place_id) is not None

    def owns_page(self, page_token: str) -> bool:
        return page_token.startswith(TOKEN_PREFIX)

    @property
    def _edition(self) -> str:
        about = self._index.about
        return f"{about['name']} {about['places']} {about['built']}"

    def _keep(self, query: TextSearch) -> Callable[[int], bool]:
        """Return the filter for `open_now`: a place with unknown hours is not known to be open."""
        if not query.open_now:
            return lambda _number: True
        zone = self._index.about.get("time_zone")
        if zone is None:
            raise NotSupported(
                f"openNow needs the time zone of the index, which has none: {REBUILD} PATH --time-zone ZONE"
            )
        moment = datetime.fromtimestamp(self._clock.time(), ZoneInfo(zone))

        def keep(number: int) -> bool:
            hours = self._index.place(number).get("regularOpeningHours")
            return hours is not None and is_open(hours, moment)

        return keep

    @contextmanager
    def _reading(self) -> Iterator[Index]:
        try:
            yield self._index
        except (sqlite3.DatabaseError, zlib.error) as error:
            raise Unavailable(f"The index of the backend 'local' is damaged: {error}.") from error


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
