"""What `places serve http` starts."""

from __future__ import annotations

import argparse

from places_core.ports import Adapter
from places_core.serving import port_number, whole_number
from places_core.settings import Config


class HttpAdapter(Adapter):
    """Serves Google's Places (New) protocol, in one process or in several that share a port."""

    name = "http"
    summary = "Google Places (New) wire protocol over HTTP"

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", metavar="H", help="address to listen on")
        parser.add_argument(
            "--port", metavar="N", type=port_number, help="port to listen on; 0 for any free one"
        )
        workers = whole_number(1, 256)
        parser.add_argument("--workers", metavar="N", type=workers, help="processes that share the port")

    @classmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        from . import server, workers  # not at the top: aiohttp is needed here only

        host = config.http.host if options.host is None else options.host
        port = config.http.port if options.port is None else options.port
        if (options.workers or 1) > 1:
            return workers.serve(config, host, port, options.workers)
        return server.serve(config, host, port)
