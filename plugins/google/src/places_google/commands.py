"""`places google emulate`: try everything without a key."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from places_core.errors import ConfigError
from places_core.serving import announce, port_number, stop_event


if TYPE_CHECKING:
    from places_core.ports import Commands

_EXAMPLES = (
    "places google emulate --port 9090",
    "GOOGLE_API_KEY=x PLACES_PLUGINS__GOOGLE__BASE_URL=http://127.0.0.1:9090/v1 places search coffee",
    "places google emulate --port 9090 --trouble reset --every 2",
)


def add_commands(cli: Commands) -> None:
    parser = cli.add("google", "try Google's Places API (New) without a key", run_emulator, _EXAMPLES)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    emulate = actions.add_parser(
        "emulate", help="serve an emulator that answers with real places of Helsinki"
    )
    emulate.add_argument("--host", metavar="H", default="127.0.0.1", help="where to listen (127.0.0.1)")
    emulate.add_argument(
        "--port", metavar="N", type=port_number, default=9090, help="on which port; 0 picks one (9090)"
    )
    emulate.add_argument(
        "--image-port", metavar="N", type=port_number, default=0, help="port of the image host (any free one)"
    )
    emulate.add_argument("--per-minute", metavar="N", type=int, help="quota of each method, a minute")
    emulate.add_argument("--per-day", metavar="N", type=int, help="quota of each method, a day")
    emulate.add_argument(
        "--photo-lifetime", metavar="S", type=float, default=3600.0, help="when photo names expire (3600 s)"
    )
    emulate.add_argument("--trouble", metavar="KIND", help="what befalls requests; `help` lists the kinds")
    emulate.add_argument("--every", metavar="N", type=int, default=1, help="only every n-th request")
    emulate.add_argument("--seconds", metavar="S", type=float, default=1.0, help="how long a delay lasts (1)")


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
