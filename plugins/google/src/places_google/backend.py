"""The backend `google`: Google's Places API (New), one attempt a call."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self, TypeVar

from attrs import define, evolve, field

from places_core.clock import Clock
from places_core.errors import ConfigError
from places_core.models import Autocomplete, Details, NearbySearch, PhotoMedia, Query, TextSearch
from places_core.ports import Backend, Context, Health, Reply, Terms

from .errors import Fault, error_of
from .keys import KeyRing
from .paging import MARK, Page, with_our_token
from .photos import Images, fresh_name, photo_uri
from .requests import (
    Request,
    autocomplete_request,
    checked_body,
    details_request,
    nearby_request,
    photo_request,
    photos_request,
    text_request,
)
from .settings import GoogleSettings
from .tiers import tier
from .transport import HttpAnswer, Transport, whole_json


Q = TypeVar("Q", TextSearch, NearbySearch, Details, Autocomplete)

log = logging.getLogger("places_google")

DAY = 86_400.0


def terms_for(cache_ttl: float | None) -> Terms:
    """Return what Google's terms allow to cache; content only if the operator says so."""
    return Terms(
        attribution="Google Maps",
        attribution_uri="https://maps.google.com/",
        keep_coordinates=30 * DAY,
        keep_content=cache_ttl or 0.0,
    )


@define(eq=False)
class GoogleBackend(Backend):
    """Google's Places API (New); retries and waits are the pipeline's."""

    name = "google"
    Settings = GoogleSettings

    terms: Terms
    _settings: GoogleSettings
    _keys: KeyRing
    _transport: Transport
    _images: Images
    _clock: Clock
    _defaults: dict[str, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        given = {"language_code": self._settings.language, "region_code": self._settings.region}
        self._defaults = {name: code for name, code in given.items() if code is not None}

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: GoogleSettings, context: Context) -> AsyncIterator[Self]:
        if settings.api_key and settings.api_key_file:
            raise ConfigError("plugins.google: api_key and api_key_file are both set; keep one")
        source = settings.key_source or ("file" if settings.api_key_file else "settings")
        async with AsyncExitStack() as exits:
            keys = await KeyRing.of(
                await exits.enter_async_context(context.key_source(source)), context.clock
            )
            transport = await exits.enter_async_context(Transport.open(settings))
            images = await exits.enter_async_context(Images.open(settings))
            yield cls(terms_for(settings.cache_ttl), settings, keys, transport, images, context.clock)

    @classmethod
    def is_configured(cls, section: Mapping[str, Any]) -> bool:
        return any(section.get(name) for name in ("api_key", "api_key_file", "key_source"))

    async def search_text(self, query: TextSearch) -> Reply:
        query = self._localized(query)
        body = Page.of(query).next_body(query.page_size) if query.page_token else checked_body(query)
        answer = await self._asked(text_request(query, body), query.text_query)
        asks_for_token = query.fields.covers("nextPageToken")
        return Reply(with_our_token(answer, body) if asks_for_token else answer)

    async def search_nearby(self, query: NearbySearch) -> Reply:
        request = nearby_request(self._localized(query))
        return Reply(await self._asked(request, ", ".join(query.included_types) or "all types"))

    async def details(self, query: Details) -> Reply:
        return Reply(await self._asked(details_request(self._localized(query)), query.place_id))

    async def autocomplete(self, query: Autocomplete) -> Reply:
        return Reply(await self._asked(autocomplete_request(self._localized(query)), query.input))

    async def photo(self, query: PhotoMedia) -> Reply:
        body = await self._photo_body(query)
        return Reply(body) if query.skip_http_redirect else await self._images.fetch(photo_uri(body))

    async def health(self) -> Health:
        """Report on the keys; Google is not asked, since every call is billed."""
        return Health(self._keys.usable, self._keys.describe())

    def owns(self, place_id: str) -> bool:
        """Whether it may be Google's: its ids have no common mark, so any id but one of OpenStreetMap."""
        return not place_id.startswith("osm-")

    def owns_page(self, page_token: str) -> bool:
        return page_token.startswith(MARK)

    def edition(self) -> str:
        settings = self._settings
        return " ".join(map(str, (settings.base_url, settings.language, settings.region)))

    def tier(self, query: Query) -> str:
        return tier(query)

    def _localized(self, query: Q) -> Q:
        missing = {name: code for name, code in self._defaults.items() if getattr(query, name) is None}
        return evolve(query, **missing) if missing else query

    async def _photo_body(self, query: PhotoMedia) -> bytes:
        """Ask for the photo's URI; an expired name is looked up again, once."""
        answer, fault = await self._answered(photo_request(query))
        if fault is not None and fault.stale_photo:
            photos = await self._asked(photos_request(query.place_id), query.place_id)
            name = fresh_name(photos, query.name)
            if name is not None:
                log.info("A photo name has expired; using the place's first photo instead")
                answer, fault = await self._answered(photo_request(evolve(query, name=name)))
        if fault is not None:
            raise error_of(fault, query.name, self._clock)
        return whole_json(answer)

    async def _asked(self, request: Request, subject: str) -> bytes:
        answer, fault = await self._answered(request)
        if fault is not None:
            raise error_of(fault, subject, self._clock, request.body)
        return whole_json(answer)

    async def _answered(self, request: Request) -> tuple[HttpAnswer, Fault | None]:
        """Call once, and again with another key if Google refuses the first and there is one."""
        tried: set[str] = set()
        while True:
            key = await self._keys.next()
            answer = await self._transport.send(request, key.value)
            if answer.status == 200:
                self._keys.accepted(key)
                return answer, None
            fault = Fault.read(answer, key.value, self._clock)
            tried.add(key.value)
            if not fault.key_trouble:
                return answer, fault
            await self._keys.set_aside(key, fault.key_trouble)
            if not self._keys.has_untried(tried):
                return answer, fault
