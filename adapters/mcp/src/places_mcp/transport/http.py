"""The tools over streamable HTTP, for many clients at once and any number of replicas.

Every request stands alone, in both eras of the protocol, so no session ties a client to one process.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import Route

from places_core import Places
from places_core.serving import allowed_hosts, allowed_origins, announce, bind, stop_event, url
from places_core.settings import Config

from ..server import make_server
from .disconnect import CancelOnDisconnect


PATH = "/mcp"
MAX_BODY = 256 * 1024
MAX_CONNECTIONS = 1_000


def serve_http(config: Config, host: str, port: int) -> int:
    """Serve until a signal comes, and return the exit code."""
    with bind(host, port) as (sockets, free):
        asyncio.run(_serve(config, host, free, sockets))
    return 0


def make_app(server: Server[Any], hosts: Collection[str]) -> Starlette:
    """Return an ASGI application that serves `server` under `/mcp` to those who call it by one of `hosts`."""
    manager = StreamableHTTPSessionManager(
        app=server,
        json_response=True,
        stateless=True,
        security_settings=TransportSecuritySettings(
            allowed_hosts=sorted(hosts), allowed_origins=sorted(allowed_origins(hosts))
        ),
        max_request_body_size=MAX_BODY,
    )
    # Without sessions there is nothing to GET or DELETE.
    route = Route(PATH, endpoint=CancelOnDisconnect(StreamableHTTPASGIApp(manager)), methods=["POST"])
    app = Starlette(routes=[route], lifespan=lambda _: manager.run())
    app.router.redirect_slashes = False
    return app


async def _serve(config: Config, host: str, port: int, sockets: list[socket.socket]) -> None:
    stop = stop_event()
    async with Places.open(config) as places:
        app = make_app(make_server(places), allowed_hosts(host, port, config.mcp.allowed_hosts))
        settings = uvicorn.Config(
            app,
            access_log=False,
            limit_concurrency=MAX_CONNECTIONS,
            log_config=None,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            ws="none",
        )
        announce("mcp", url(host, port, PATH))
        await _Stoppable(settings, stop).serve(sockets)


class _Stoppable(uvicorn.Server):
    """Stops on an event in place of signals, which uvicorn would raise again at the end."""

    def __init__(self, settings: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(settings)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._stop.is_set()
