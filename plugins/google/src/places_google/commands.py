"""`places google emulate`: try everything without a key."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from places_core.errors import ConfigError
from places_core.serving import announce, port_number, stop_event, whole_number


if TYPE_CHECKING:
    from places_core.ports import Commands

_EXAMPLES = (
    "places google emulate --port 9090",
    "GOOGLE_API_KEY=x PLACES_PLUGINS__GOOGLE__BASE_URL=http://127.0.0.1:9090/v1 places search coffee",
    "places google emulate --port 9090 --trouble reset --every 2",
)


_OPTIONS: tuple[tuple[str, str, Callable[[str], Any], Any, str], ...] = (
    ("--host", "H", str, "127.0.0.1", "address to listen on"),
    ("--port", "N", port_number, 9090, "port to listen on; 0 for any free one"),
    ("--image-port", "N", port_number, 0, "port of the image host; 0 for any free one"),
    ("--per-minute", "N", whole_number(0, 1_000_000), None, "requests allowed per method and minute"),
    ("--per-day", "N", whole_number(0, 1_000_000), None, "requests allowed per method and day"),
    ("--photo-lifetime", "S", float, 3600.0, "seconds until a photo name expires"),
    ("--trouble", "KIND", str, None, "trouble to inject, such as 503, reset or hang"),
    ("--every", "N", whole_number(1, 1_000_000), 1, "inject it into every n-th request only"),
    ("--seconds", "S", float, 1.0, "how long an injected delay lasts, in seconds"),
)


def add_commands(cli: Commands) -> None:
    parser = cli.add("google", "try Google's Places API (New) without a key", run_emulator, _EXAMPLES)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    emulate = actions.add_parser(
        "emulate", help="serve an emulator that answers with real places of Helsinki"
    )
    for name, metavar, kind, default, what in _OPTIONS:
        shown = what if default is None else f"{what} (default: {default})"
        emulate.add_argument(name, metavar=metavar, type=kind, default=default, help=shown)


def run_emulator(options: argparse.Namespace) -> int:
    from places_core import logs

    from .testing import TROUBLES

    if options.trouble is not None and options.trouble not in TROUBLES:
        raise ConfigError(f"--trouble: got {options.trouble!r}; allowed: {', '.join(TROUBLES)}")
    from places_core.settings import LoggingSettings

    logs.configure(LoggingSettings())
    return asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> int:
    from .testing import FakeGoogle, Trouble

    stop = stop_event()
    async with FakeGoogle.running(
        host=options.host,
        port=options.port,
        image_port=options.image_port,
        per_minute=options.per_minute,
        per_day=options.per_day,
        photo_lifetime=options.photo_lifetime,
        trouble=Trouble(options.trouble, options.seconds) if options.trouble else None,
        trouble_every=options.every,
    ) as fake:
        announce("google emulate", fake.base_url, f"images: {fake.image_url}")
        await stop.wait()
    return 0
