"""The emulator: an HTTP server that behaves as Google documents its own, and another for images."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web
from attrs import Factory, define, field, frozen

from places_core.clock import Clock, SystemClock
from places_core.errors import InvalidRequest, NotFound, NotSupported
from places_core.models import Details, PhotoMedia, Query
from places_core.serving import bind, url

from ..requests import checked_body
from ..tiers import tier
from .dataset import Dataset
from .error_replies import STALE_PHOTO, Refusal, bad_key, invalid, no_key, over_quota, refusal_of
from .fault_injection import HTML, JSON, Trouble, troubled
from .images import Photograph, png, scaled
from .request_reader import mask_of, query_of


log = logging.getLogger("places_google.emulator")

_PATHS = (
    ("POST", "/v1/places:searchText", "search_text"),
    ("POST", "/v1/places:searchNearby", "search_nearby"),
    ("POST", "/v1/places:autocomplete", "autocomplete"),
    ("GET", "/v1/places/{place}", "details"),
    ("GET", "/v1/places/{place}/photos/{photo}/media", "photo"),
)
_COLOURS = (b"\x1a\x73\xe8", b"\x34\xa8\x53")


@frozen
class Call:
    """One request as it came in, to the API or to the image host."""

    operation: str
    target: str
    mask: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@define(eq=False)
class FakeGoogle:
    """A running emulator. Its public attributes may be changed at any time, even while requests run."""

    _dataset: Dataset = field(repr=False)
    clock: Clock
    keys: Sequence[str] | None = field(default=None, repr=False)
    """The keys that are valid; None for any."""
    refused: dict[str, str] = field(factory=dict, repr=False)
    """Keys that are refused, and why: `API_KEY_INVALID`, `SERVICE_DISABLED` …"""
    per_minute: int | None = None
    per_day: int | None = None
    """The quotas, each for one method."""
    photo_lifetime: float = 3_600.0
    """After how many seconds the name of a photo expires."""
    troubles: list[Trouble | None] = Factory(list)
    """The troubles of the next requests, one each; None for none."""
    trouble: Trouble | None = None
    """The trouble of every n-th of the others, if `trouble_every` is n."""
    trouble_every: int = 1
    calls: list[Call] = Factory(list)
    image_calls: list[Call] = Factory(list)
    billed: Counter[str] = Factory(Counter)
    """The number of successful requests in each tier."""
    sessions: dict[str, str] = Factory(dict)
    """The session tokens seen: `open`, or `ended` by details."""
    base_url: str = field(init=False, default="")
    image_url: str = field(init=False, default="")
    _counts: Counter[tuple[str, str]] = field(init=False, factory=Counter)
    _closing: asyncio.Event = field(init=False, factory=asyncio.Event, repr=False)

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        image_port: int = 0,
        clock: Clock | None = None,
        **options: Any,
    ) -> AsyncIterator[Self]:
        """Serve until the block ends; `base_url` is what to set as `plugins.google.base_url`."""
        clock = clock or SystemClock()
        async with AsyncExitStack() as exits:
            fake = cls(await exits.enter_async_context(Dataset.open(clock)), clock, **options)
            serve = fake._serving
            fake.base_url = await exits.enter_async_context(serve(fake._api(), host, port)) + "/v1"
            fake.image_url = await exits.enter_async_context(serve(fake._images(), host, image_port))
            exits.callback(fake._closing.set)
            yield fake

    @asynccontextmanager
    async def _serving(self, app: web.Application, host: str, port: int) -> AsyncIterator[str]:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        with bind(host, port) as (sockets, free):
            await runner.setup()
            try:
                for each in sockets:
                    await web.SockSite(runner, each).start()
                yield url(host, free)
            finally:
                await runner.cleanup()

    def _api(self) -> web.Application:
        app = web.Application()
        for verb, path, operation in _PATHS:
            app.router.add_route(verb, path, self._handler(operation))
        app.router.add_route("*", "/{rest:.*}", _nowhere)
        return app

    def _images(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/p/{photo}/{width}x{height}", self._image)
        return app

    def _handler(self, operation: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            response = await self._noted(operation, request)
            log.info("%s %s -> %d", request.method, request.path, response.status)
            return response

        return handle

    async def _noted(self, operation: str, request: web.Request) -> web.StreamResponse:
        self.calls.append(
            Call(
                operation, str(request.rel_url), mask_of(request), dict(request.headers), await request.read()
            )
        )
        trouble = self._next_trouble()
        try:
            if trouble is None:
                return await self._answer(operation, request)
            again = lambda: self._answer(operation, request)  # noqa: E731
            return await troubled(trouble, request, operation, again, self._closing)
        except Refusal as refusal:
            headers = {"Content-Type": JSON, **refusal.headers}
            return web.Response(status=refusal.code, body=refusal.body, headers=headers)

    def _next_trouble(self) -> Trouble | None:
        if self.troubles:
            return self.troubles.pop(0)
        return self.trouble if len(self.calls) % self.trouble_every == 0 else None

    async def _answer(self, operation: str, request: web.Request) -> web.StreamResponse:
        """Check in Google's order: key, quotas, mask, the rest."""
        self._check_key(request)
        self._check_quotas(operation)
        query = await query_of(operation, request)
        response = self._photo(query) if isinstance(query, PhotoMedia) else await self._found(query, request)
        self.billed[tier(query)] += 1
        self._note_session(query)
        return response

    async def _found(self, query: Query, request: web.Request) -> web.Response:
        assert not isinstance(query, PhotoMedia)  # noqa: S101
        try:
            if not isinstance(query, Details):
                checked_body(query)
            whole = await getattr(self._dataset, query.operation)(query)
        except (InvalidRequest, NotFound) as error:
            raise refusal_of(error) from error
        except NotSupported as error:
            raise Refusal(501, "UNIMPLEMENTED", str(error)) from error
        asked = query.fields.project(whole)
        in_order = {name: asked[name] for name in whole if name in asked}
        return _json(in_order, request)

    def _photo(self, query: PhotoMedia) -> web.Response:
        photo = Photograph.named(query.name)
        if photo is None or self.clock.time() - photo.issued > self.photo_lifetime:
            raise invalid(STALE_PHOTO)
        width, height = scaled(query)
        uri = f"{self.image_url}/p/{photo.index}/{width}x{height}"
        if not query.skip_http_redirect:
            return web.Response(status=302, headers={"Location": uri})
        return web.json_response({"name": f"{query.name}/media", "photoUri": uri})

    async def _image(self, request: web.Request) -> web.Response:
        given = request.match_info
        self.image_calls.append(Call("image", str(request.rel_url), "", dict(request.headers), b""))
        leaked = "X-Goog-Api-Key" in request.headers or "key" in request.query
        log.info("image host: GET %s, %s", request.path, "WITH A KEY" if leaked else "without a key")
        picture = png(int(given["width"]), int(given["height"]), _COLOURS[int(given["photo"]) % 2])
        return web.Response(body=picture, content_type="image/png")

    def _check_key(self, request: web.Request) -> None:
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return
        key = request.headers.get("X-Goog-Api-Key") or request.query.get("key")
        if not key:
            raise no_key()
        if key in self.refused:
            raise bad_key(self.refused[key], key)
        if self.keys is not None and key not in self.keys:
            raise bad_key("API_KEY_INVALID", key)

    def _check_quotas(self, operation: str) -> None:
        now = self.clock.time()
        day = datetime.fromtimestamp(now, ZoneInfo("America/Los_Angeles")).date().isoformat()
        for period, limit, current in (
            ("minute", self.per_minute, str(int(now // 60))),
            ("day", self.per_day, day),
        ):
            if limit is None:
                continue
            self._counts[operation, current] += 1
            if self._counts[operation, current] > limit:
                raise over_quota(operation, period, limit)

    def _note_session(self, query: Query) -> None:
        token = getattr(query, "session_token", None)
        if token:
            self.sessions[token] = "ended" if isinstance(query, Details) else "open"


def _json(whole: Any, request: web.Request) -> web.Response:
    """Write JSON as Google does: indented, unless the request asks for compact JSON."""
    compact = request.query.get("prettyPrint", request.query.get("$prettyPrint", "true")) == "false"
    body = orjson.dumps(whole) if compact else orjson.dumps(whole, option=orjson.OPT_INDENT_2)
    return web.Response(body=body, headers={"Content-Type": JSON})


async def _nowhere(request: web.Request) -> web.Response:
    return web.Response(status=404, body=HTML % 404, content_type="text/html")
