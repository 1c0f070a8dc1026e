"""From arguments to an exit code."""

from __future__ import annotations

import argparse
import io
import logging
import os
import re
import sys
from collections.abc import Sequence

from ..errors import ConfigError, InvalidRequest, PlacesError
from ..plugins import Plugins
from . import asking, cache, inspection, serving
from .commands import Commands, examples_text


_log = logging.getLogger(__name__)
_POINT_SOUTH = re.compile(r"-\d+(\.\d*)?\s*,")
_EXAMPLES = (
    'places search "coffee in Helsinki"',
    "places nearby 60.17,24.94 --type cafe --radius 500",
    "places serve http --port 8080",
    "places plugins",
)


def run(arguments: Sequence[str]) -> int:
    """Parse and run; every error ends as one line on standard error and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter shows a question mark
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is left of it must not fail at exit, either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    return code


def _run(arguments: Sequence[str]) -> int:
    # Strict plugins are for the commands below: `places plugins` must be able to show what is wrong.
    plugins = Plugins.load(strict=False)
    options = _parser(plugins).parse_args([_readable(argument) for argument in arguments])
    try:
        if plugins.is_strict and options.run is not inspection.show_plugins:
            plugins.raise_on_failure()
        return int(options.run(options))
    except ConfigError as error:
        return _fail(*error.faults)
    except InvalidRequest as error:
        return _fail(str(error), code=2)
    except PlacesError as error:
        return _fail(f"{error}" or type(error).__name__)
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  the last door: a traceback is for those who ask for it
        _log.debug("places failed", exc_info=error)
        return _fail(f"{type(error).__name__}: {error} (-v shows where)")


def _fail(*messages: str, code: int = 1) -> int:
    for message in messages:
        print(f"error: {' '.join(message.split())}", file=sys.stderr)
    return code


def _parser(plugins: Plugins) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="places",
        description="Search places, and serve place search, with any backend.",
        epilog=examples_text(_EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = Commands(plugins, parser.add_subparsers(metavar="COMMAND", required=True))
    for part in (asking, serving, cache, inspection):
        part.add_commands(commands)
    plugins.add_commands(commands)
    return parser


def _readable(argument: str) -> str:
    """Keep argparse from taking a point in the south, `-33.86,151.2`, for an option."""
    return f" {argument}" if _POINT_SOUTH.match(argument) else argument
