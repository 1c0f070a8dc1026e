"""Settings from a mapping shaped like the TOML file, and from the file itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ..settings import Config
from .schema import Given, Schema


_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"']+)\s*=")


def from_mapping(values: Mapping[Any, Any], schema: Schema, origin: str = "argument") -> Iterator[Given]:
    """Walk a mapping down to the settings; what is no setting comes out whole."""
    for path, value in _leaves(values, "", schema):
        yield Given(path, value, origin, origin)


def from_toml(path: Path, origin: str, schema: Schema) -> tuple[list[Given], list[str]]:
    """Read a TOML file; gives its settings, and why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [f"{origin}: {_located(str(error), text)}"]
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{origin}: cannot be read: {getattr(error, 'strerror', None) or error}"]
    lines = dict(_lines(text))
    return [
        Given(key, value, origin, f"{origin} line {lines[key]}" if key in lines else origin)
        for key, value in _leaves(values, "", schema)
    ], []


def from_config(config: Config, schema: Schema) -> Iterator[Given]:
    """Take every setting of a finished `Config`."""
    return from_mapping(attrs.asdict(config), schema)


def _leaves(values: Mapping[Any, Any], prefix: str, schema: Schema) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and path not in schema.settings and schema.is_section(path):
            yield from _leaves(value, f"{path}.", schema)
        else:
            yield path, value


def _located(message: str, text: str) -> str:
    """Put the place first: `line 3, column 5: Invalid value`."""
    if not (found := _AT.search(message)):
        return message
    line, column = found.groups() if found[1] else (text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)
    return f"line {line}, column {column}: {message[: found.start()]}"


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Find the lines of the keys; a rough reading, which is used in messages only."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TABLE.match(line):
            table = f"{found[1]}."
            yield found[1], number
        elif found := _KEY.match(line):
            yield table + found[1], number
