"""`places serve NAME`."""

from __future__ import annotations

import argparse
from argparse import Namespace
from typing import Any

from ..ports import Adapter
from .commands import Commands, add_shared_options, settings, start_logging


_OURS = ("http", "mcp")


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "serve",
        "start a server, such as http or mcp",
        _serve,
        (
            "places serve http --host 0.0.0.0 --port 8080 --workers 4",
            "places serve mcp",
            "places serve mcp --http --port 8000",
        ),
    )
    names = parser.add_subparsers(dest="adapter", metavar="NAME", required=True)
    adapters = commands.plugins.providers("adapters")
    for name, adapter in sorted(adapters.items()):
        _add_adapter(names, name, adapter)
    for name in _OURS:
        if name not in adapters:
            _add_absent(names, name)


def _add_adapter(names: Any, name: str, adapter: type[Adapter]) -> None:
    parser = names.add_parser(name, help=adapter.summary, description=adapter.summary, allow_abbrev=False)
    add_shared_options(parser, nested=True)
    parser.add_argument(
        "--faults",
        metavar="FILE",
        help="rehearse an outage: a fault plan, by which providers fail on purpose",
    )
    adapter.add_arguments(parser)


def _add_absent(names: Any, name: str) -> None:
    """Accept any arguments, so that the error says how to install the adapter."""
    parser = names.add_parser(name, prefix_chars="\0", add_help=False)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)


def _serve(options: Namespace) -> int:
    adapter: type[Adapter] = options.plugins.provider("adapters", options.adapter)
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose, serving=True)
    return adapter.serve(loaded.config, options)
