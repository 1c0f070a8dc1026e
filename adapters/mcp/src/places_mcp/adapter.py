"""`places serve mcp`, over stdin and stdout or over HTTP; the SDK takes a second to import, so it waits."""

from __future__ import annotations

import argparse

from places_core.errors import ConfigError
from places_core.ports import Adapter
from places_core.settings import Config


class McpAdapter(Adapter):
    """Serves the place tools to the clients of language models."""

    name = "mcp"
    summary = "place tools over the Model Context Protocol, on stdin and stdout or over HTTP"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--http", action="store_true", default=None, help="listen for streamable HTTP")
        parser.add_argument("--host", help="the address (with --http)")
        parser.add_argument("--port", type=_port, help="the port, 0 for any that is free (with --http)")

    @classmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        if options.http or config.mcp.transport == "http":
            from .http import Listening, serve_http

            host = config.mcp.host if options.host is None else options.host
            port = config.mcp.port if options.port is None else options.port
            return serve_http(config, Listening(host, port, config.mcp.allowed_hosts))
        if options.host is not None or options.port is not None:
            raise ConfigError("--host and --port count only together with --http")
        from .stdio import serve_stdio

        return serve_stdio(config)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 65535")
