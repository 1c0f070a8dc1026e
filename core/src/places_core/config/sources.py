"""What sets something: the TOML file, the environment and what `Places.open` is given, lowest first."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs

from ..environment import dotenv
from ..settings import Config
from .environment import Variables
from .schema import Schema, SettingValue


DEFAULT_FILE = "places.toml"
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"']+)\s*=")


@attrs.define
class Sources:
    """Reads the values of every source, and collects what cannot be read."""

    schema: Schema
    cwd: Path
    faults: list[str] = attrs.Factory(list)
    ignored: dict[str, str] = attrs.Factory(dict)
    """The settings of absent plugins that an alias would set, and a note about each."""

    def read(
        self, config: object, overrides: Mapping[str, Any], environ: Mapping[str, str]
    ) -> Iterator[SettingValue]:
        match config:
            case Config():
                core = attrs.asdict(config, filter=lambda attribute, _: attribute.name != "plugins")
                yield from self._from_mapping(core | {"plugins": config.plugins})
            case Mapping():
                yield from self._from_outside(None, environ)
                yield from self._from_mapping(config)
            case None | str() | os.PathLike():
                yield from self._from_outside(config, environ)
            case _:
                self.faults.append(f"config: got {config!r}; allowed: a path, a mapping or a Config")
        yield from self._from_mapping(overrides)

    def _from_outside(self, file: object, environ: Mapping[str, str]) -> Iterator[SettingValue]:
        beneath, unread = dotenv(self.cwd)
        named = file or environ.get("PLACES_CONFIG") or beneath.get("PLACES_CONFIG")
        if named or (self.cwd / DEFAULT_FILE).exists():
            yield from self._from_toml(str(named or DEFAULT_FILE))
        self.faults += unread
        variables = Variables(self.schema, self.cwd, self.faults, self.ignored)
        for value in variables.read(beneath, environ):
            yield from self._taken_apart(value)

    def _taken_apart(self, value: SettingValue) -> Iterator[SettingValue]:
        """Yield the settings of a section that a variable holds as JSON; any other value comes out whole."""
        table = None
        if self.schema.is_section(value.path):
            with suppress(ValueError):
                table = json.loads(value.value)
        if isinstance(table, dict):
            for path, each in self._leaves(table, f"{value.path}."):
                yield attrs.evolve(value, path=path, value=each)
        else:
            yield value

    def _from_toml(self, name: str) -> Iterator[SettingValue]:
        try:
            text = (self.cwd / name).read_text(encoding="utf-8-sig")
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"{name}: {_located(str(error), text)}")
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}")
        else:
            lines = dict(_lines(text))
            for path, value in self._leaves(values):
                yield SettingValue(path, value, name, f"{name} line {lines[path]}" if path in lines else name)

    def _from_mapping(self, values: Mapping[Any, Any]) -> Iterator[SettingValue]:
        for path, value in self._leaves(values):
            yield SettingValue(path, value, "argument", "argument")

    def _leaves(self, values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Walk tables down to the settings; what is no setting comes out whole."""
        for key, value in values.items():
            path = f"{prefix}{key}"
            if (
                isinstance(value, Mapping)
                and path not in self.schema.settings
                and self.schema.is_section(path)
            ):
                yield from self._leaves(value, f"{path}.")
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
