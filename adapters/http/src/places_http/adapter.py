"""What `places serve http` starts."""

from __future__ import annotations

import argparse

from places_core.ports import Adapter
from places_core.settings import Config


class HttpAdapter(Adapter):
    """Serves Google's Places (New) protocol, in one process or in several that share a port."""

    name = "http"
    summary = "Google Places (New) wire protocol over HTTP"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", metavar="H", help="address to listen on")
        parser.add_argument("--port", metavar="N", type=_port, help="port to listen on; 0 for any free one")
        parser.add_argument("--workers", metavar="N", type=_workers, help="processes that share the port")

    @classmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        from . import server, workers  # not at the top: aiohttp is needed here only

        host = config.http.host if options.host is None else options.host
        port = config.http.port if options.port is None else options.port
        if (options.workers or 1) > 1:
            return workers.serve(config, host, port, options.workers)
        return server.serve(config, host, port)


def _port(text: str) -> int:
    return _whole(text, 0, 65535)


def _workers(text: str) -> int:
    return _whole(text, 1, 256)


def _whole(text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and low <= int(text) <= high:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
