"""The paths for operators: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import attrs
from aiohttp import web

from places_core import Places
from places_core.convert import dumps

from .errors import Handler
from .openapi import document
from .responses import JSON, SERVER


@attrs.define(eq=False)
class OpsRoutes:
    """The paths besides Google's; only the status does any I/O."""

    _places: Places

    def table(self) -> tuple[tuple[str, str, Handler], ...]:
        """Return the method, path and handler of each path."""
        return (
            ("GET", "/healthz", self.healthz),
            ("GET", "/readyz", self.readyz),
            ("GET", "/openapi.json", self.openapi),
            ("GET", "/v1/status", self.status),
            ("GET", "/v1/plugins", self.plugins),
        )

    async def healthz(self, request: web.Request) -> web.Response:
        return _json(b'{"status":"ok"}')

    async def readyz(self, request: web.Request) -> web.Response:
        if self._places.ready():
            return _json(b'{"ready":true}')
        return _json(b'{"ready":false}', 503)

    async def openapi(self, request: web.Request) -> web.Response:
        return _json(document())

    async def status(self, request: web.Request) -> web.Response:
        return _json(dumps(await self._places.status()))

    async def plugins(self, request: web.Request) -> web.Response:
        return _json(dumps({"plugins": [attrs.asdict(line) for line in self._places.plugins.report()]}))


def _json(body: bytes, status: int = 200) -> web.Response:
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", "Server": SERVER}
    return web.Response(status=status, body=body, headers=headers)
