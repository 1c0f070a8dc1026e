"""`places plugins`, `places status` and `places config`."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ..errors import ConfigError
from . import render
from .commands import Commands, settings, start_logging


def add_commands(commands: Commands) -> None:
    for name, summary, run in (
        ("plugins", "list plugins and why any are inactive", show_plugins),
        ("status", "open the stack and show the state of each part", show_status),
        ("config", "show effective settings and their origin", show_config),
    ):
        examples = (f"places {name}", f"places {name} --json", f"places {name} --config production.toml")
        parser = commands.add(name, summary, run, examples)
        parser.add_argument("--json", action="store_true", help="print JSON")


def show_plugins(options: Namespace) -> int:
    try:
        lines = options.plugins.report(settings(options).config)
    except ConfigError as error:
        print(
            f"The settings are invalid, so unused plugins cannot be detected: {error.faults[0]}",
            file=sys.stderr,
        )
        lines = options.plugins.report()
    if options.json:
        return _print_json([attrs.asdict(line) for line in lines])
    rows = [
        (
            line.name,
            line.status,
            f"{line.distribution} {line.version}".strip(),
            ", ".join(line.provides) or ", ".join(line.hooks),
            line.reason,
        )
        for line in lines
    ]
    print(render.table(rows, ("PLUGIN", "STATUS", "FROM", "PROVIDES", "REASON")))
    return 0


def show_status(options: Namespace) -> int:
    loaded = settings(options)
    start_logging(loaded, verbose=options.verbose)

    async def ask() -> dict[str, Any]:
        from ..stack.places import Places  # not at the top: --help does not need it

        async with Places.open(loaded.config, plugins=options.plugins) as places:
            return await places.status()

    status = asyncio.run(ask())
    if options.json:
        _print_json(status)
    else:
        print("\n".join(_lines(status)))
    return 0 if status["ready"] else 1


def show_config(options: Namespace) -> int:
    loaded = settings(options)
    lines = loaded.lines()
    if options.json:
        return _print_json({line.path: {"value": line.value, "from": line.origin} for line in lines})
    print(
        render.table(
            [(line.path, _shown(line.value), line.origin) for line in lines], ("SETTING", "VALUE", "FROM")
        )
    )
    for note in loaded.ignored.values():
        print(note, file=sys.stderr)
    return 0


def _lines(status: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield nested values as indented lines; each table in a list starts with a dash."""
    for key, value in status.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{key}:"
            for each in value:
                first, *others = _lines(each)
                yield from (f"{indent}- {first}", *(f"{indent}  {line}" for line in others))
        else:
            yield f"{indent}{key}: {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "", {}) else str(value)


def _print_json(value: Any) -> int:
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))
    return 0
