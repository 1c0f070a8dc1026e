"""Parse the arguments, run the command and return its exit code."""

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
from . import cache, inspection, query_commands, serving
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
    """Run a command; every error becomes one line per fault on standard error and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # print ? for characters that the terminal cannot encode
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has closed the pipe; flushing the rest at exit must not fail, either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    return code


def _run(arguments: Sequence[str]) -> int:
    # Strictness is enforced below, because `places plugins` must be able to show what failed.
    plugins = Plugins.load(strict=False)
    options = _parser(plugins).parse_args([_readable(argument) for argument in arguments])
    try:
        if plugins.is_strict and options.run is not inspection.show_plugins:
            plugins.raise_on_failure()
        return int(options.run(options))
    except ConfigError as error:
        return _fail(*error.faults)
    except InvalidRequest as error:
        return _fail(*map(str, error.faults), code=2)
    except PlacesError as error:
        return _fail(*(f"{error}" or type(error).__name__).splitlines())
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  the last resort: only -v shows a traceback
        _log.debug("places failed", exc_info=error)
        return _fail(f"{type(error).__name__}: {error} (-v shows the traceback)")


def _fail(*messages: str, code: int = 1) -> int:
    for message in messages:
        print(f"error: {' '.join(message.split())}", file=sys.stderr)
    return code


def _parser(plugins: Plugins) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="places",
        description="Search for places, or serve place search, with any backend.",
        epilog=examples_text(_EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = Commands(plugins, parser.add_subparsers(metavar="COMMAND", required=True))
    for part in (query_commands, serving, cache, inspection):
        part.add_commands(commands)
    plugins.add_commands(commands)
    return parser


def _readable(argument: str) -> str:
    """Keep argparse from mistaking a southern point such as `-33.86,151.2` for an option."""
    return f" {argument}" if _POINT_SOUTH.match(argument) else argument
