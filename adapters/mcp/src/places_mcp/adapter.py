"""`places serve mcp`, over stdin and stdout or over HTTP."""

from __future__ import annotations

import argparse
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from places_core.errors import ConfigError
from places_core.ports import Adapter
from places_core.serving import port_number
from places_core.settings import Config


class McpAdapter(Adapter):
    """Serves place tools to language models."""

    name = "mcp"
    summary = "place tools over the Model Context Protocol, on stdin and stdout or over HTTP"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--http", action="store_true", default=None, help="listen for streamable HTTP")
        parser.add_argument("--host", metavar="H", help="address to listen on, with --http")
        parser.add_argument(
            "--port", metavar="N", type=port_number, help="port to listen on, with --http; 0 for any free one"
        )

    @classmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        _quieten_sdk()
        if options.http or config.mcp.transport == "http":
            with _importing():
                from .transport.http import serve_http

            host = config.mcp.host if options.host is None else options.host
            port = config.mcp.port if options.port is None else options.port
            return serve_http(config, host, port)
        if options.host is not None or options.port is not None:
            raise ConfigError("--host and --port require --http")
        with _importing():
            from .transport.stdio import serve_stdio

        return serve_stdio(config)


def _quieten_sdk() -> None:
    """Log what the SDK says about its sessions at DEBUG level only."""
    if not logging.getLogger().isEnabledFor(logging.DEBUG):
        logging.getLogger("mcp").setLevel(logging.WARNING)


@contextmanager
def _importing() -> Iterator[None]:
    """Pause the garbage collector, which takes a tenth of the second that importing the SDK takes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
