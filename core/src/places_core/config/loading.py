"""All sources together, every fault at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, define

from ..convert.kinds import UnfitError
from ..convert.structure import Setting, build
from ..environment import dotenv
from ..errors import ConfigError
from ..logs import register_secret
from ..plugins import Plugins
from ..plugins.selection import selected
from ..plugins.validation import SLOTS
from ..settings import Config
from .effective import Loaded
from .mapping import from_config, from_mapping, from_toml
from .schema import Given, Schema
from .sections import nested, settings_of
from .variables import Variables


DEFAULT_FILE = "places.toml"


def load_config(
    config: Mapping[str, Any] | str | os.PathLike[str] | Config | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    plugins: Plugins | None = None,
) -> Loaded:
    """Read every source and check every value.

    A path names the TOML file; a mapping is laid over all other sources; a `Config` replaces them.
    Raises `ConfigError` with the faults of all sources.
    """
    here, variables = Path(cwd or ""), os.environ if environ is None else environ
    plugins = Plugins.load({**dotenv(here)[0], **variables}) if plugins is None else plugins
    reading = _Reading(Schema.of(plugins))
    match config:
        case Config():
            reading.take(from_config(config, reading.schema))
        case Mapping():
            reading.take_sources(here, None, variables)
            reading.take(from_mapping(config, reading.schema))
        case None | str() | os.PathLike():
            reading.take_sources(here, config, variables)
        case _:
            reading.faults.append(f"config: got {config!r}; allowed: a path, a mapping or a Config")
    reading.take(from_mapping(overrides or {}, reading.schema))
    return reading.result(plugins)


@define
class _Reading:
    """Takes what the sources give, lowest first."""

    schema: Schema
    faults: list[str] = Factory(list)
    accepted: dict[str, Any] = Factory(dict)
    origins: dict[str, str] = Factory(dict)
    refused: set[str] = Factory(set)
    ignored: dict[str, str] = Factory(dict)

    def take(self, givens: Iterable[Given]) -> None:
        for given in givens:
            if setting := self.schema.settings.get(given.path):
                self._take(given, setting)
            elif self.schema.is_unchecked(given.path):
                self.accepted[given.path], self.origins[given.path] = given.value, given.origin
            else:
                self.faults.append(self.schema.unknown(given))

    def take_sources(self, cwd: Path, file: object, environ: Mapping[str, str]) -> None:
        """Take the TOML file, `.env` and the environment."""
        beneath, unread = dotenv(cwd)
        named = file or environ.get("PLACES_CONFIG") or beneath.get("PLACES_CONFIG")
        if named or (cwd / DEFAULT_FILE).exists():
            givens, faults = from_toml(
                cwd / str(named or DEFAULT_FILE), str(named or DEFAULT_FILE), self.schema
            )
            self.faults += faults
            self.take(givens)
        variables = Variables(self.schema, cwd)
        self.take(variables.read(beneath, environ))
        self.faults += unread + variables.faults
        self.ignored |= variables.ignored

    def result(self, plugins: Plugins) -> Loaded:
        """Put the settings together, or raise `ConfigError`."""
        sections = {path: value for path, value in self.accepted.items() if path.startswith("plugins.")}
        core = {path: value for path, value in self.accepted.items() if path not in sections}
        try:
            config: Config = build(Config, core | {"plugins": nested(sections).get("plugins", {})})
        except UnfitError as unfit:
            raise ConfigError(*self._all(unfit.allowed)) from unfit
        self.faults += self._unfit_sections(config, plugins)
        if self.faults:
            raise ConfigError(*self._all())
        for path, value in self.accepted.items():
            if path in self.schema.settings and self.schema.settings[path].secret:
                for secret in value if isinstance(value, (list, tuple)) else (value,):
                    register_secret(str(secret))
        defaults = dict.fromkeys(self.schema.settings, "default")
        return Loaded(config, defaults | self.origins, self.schema.settings, self.ignored)

    def _take(self, given: Given, setting: Setting) -> None:
        try:
            self.accepted[given.path] = given.accepted(setting)
            self.origins[given.path] = given.origin
        except UnfitError as unfit:
            self.refused.add(given.path)
            self.faults.append(given.fault(setting, unfit))

    def _unfit_sections(self, config: Config, plugins: Plugins) -> Iterator[str]:
        """Check the sections as wholes: those that have no fault yet and are complete, or ought to be."""
        chosen = selected(config, plugins.providers("backends"))
        for slot in SLOTS:
            for name, provider in plugins.providers(slot).items():
                if self._is_ripe(name, (slot, name) in chosen):
                    yield from _faults(provider, config)

    def _is_ripe(self, name: str, is_chosen: bool) -> bool:
        own = [each for each in self.schema.settings.values() if each.path.startswith(f"plugins.{name}.")]
        complete = all(each.path in self.accepted for each in own if each.required)
        return (is_chosen or complete) and self.refused.isdisjoint(each.path for each in own)

    def _all(self, *more: str) -> Iterable[str]:
        return dict.fromkeys((*self.faults, *more))


def _faults(provider: type[Any], config: Config) -> tuple[str, ...]:
    try:
        settings_of(provider, config)
    except ConfigError as error:
        return error.faults
    return ()
