"""The tools over streamable HTTP, for many clients at once and any number of replicas.

Every request stands alone, in both eras of the protocol, so no session ties a client to one process.
"""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from attrs import frozen
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import Route

from places_core import Places
from places_core.errors import ConfigError
from places_core.settings import Config

from ..server import make_server


PATH = "/mcp"
MAX_BODY = 256 * 1024
MAX_CONNECTIONS = 1_000
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound


@frozen
class Listening:
    """Where the server listens, and under which other names it may be called."""

    host: str
    port: int
    allowed_hosts: tuple[str, ...] = ()

    @property
    def authority(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    def security(self) -> TransportSecuritySettings:
        """Accept only the names and origins of this server, so that no web page reaches it through DNS."""
        hosts = {f"{name}:{self.port}" for name in self._names()}
        hosts |= {name for name in self._names() if self.port == 80}
        for name in self.allowed_hosts:
            hosts |= {name} if _has_port(name) else {name, f"{name}:{self.port}"}
        origins = {f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")}
        return TransportSecuritySettings(allowed_hosts=sorted(hosts), allowed_origins=sorted(origins))

    def _names(self) -> set[str]:
        if self.host in _ANY:
            return {*_LOCAL, socket.gethostname().lower(), *_addresses()}
        name = _bracketed(self.host.lower())
        return {*_LOCAL} if name in _LOCAL else {name}


def make_app(server: Server[Any], listening: Listening) -> Starlette:
    """Make the ASGI application that serves `server` under `/mcp`."""
    manager = StreamableHTTPSessionManager(
        app=server,
        json_response=True,
        stateless=True,
        security_settings=listening.security(),
        max_request_body_size=MAX_BODY,
    )
    # Without sessions there is nothing to GET or DELETE.
    route = Route(PATH, endpoint=StreamableHTTPASGIApp(manager), methods=["POST"])
    app = Starlette(routes=[route], lifespan=lambda _: manager.run())
    app.router.redirect_slashes = False
    return app


def serve_http(config: Config, listening: Listening) -> int:
    """Serve until a signal comes."""
    try:
        bound = _bind(listening.host, listening.port)
    except OSError as error:
        raise ConfigError(_why(error, listening)) from error
    with bound:
        real = Listening(listening.host, bound.getsockname()[1], listening.allowed_hosts)
        asyncio.run(_serve(config, real, bound))
    return 0


async def _serve(config: Config, listening: Listening, bound: socket.socket) -> None:
    async with Places.open(config) as places:
        app = make_app(make_server(places), listening)
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
        await _Announced(settings, listening).serve(sockets=[bound])


class _Announced(uvicorn.Server):
    """Says where it listens once it does, and on a signal ends as a success."""

    def __init__(self, settings: uvicorn.Config, listening: Listening) -> None:
        super().__init__(settings)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike the original, do not raise the signal again at the end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        address = f"http://{self._listening.authority}{PATH}"
        print(f"places mcp listening on {address}", file=sys.stderr, flush=True)  # noqa: T201


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, *_, address = found[0]
    return socket.create_server((str(address[0]), port), family=family, backlog=2048)


def _why(error: OSError, listening: Listening) -> str:
    host, port = listening.host, listening.port
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use on {host}; choose another with --port, or any free one with --port 0"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 with --port"
    reason = str(error.strerror or error).partition(" (")[0]
    return f"cannot listen on {host}, port {port}: {reason}; choose another address with --host"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _has_port(name: str) -> bool:
    return name.rpartition("]")[2].count(":") == 1


def _addresses() -> set[str]:
    """The addresses under which this machine knows itself."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return set()
    return {_bracketed(str(address[0])) for *_, address in found}
