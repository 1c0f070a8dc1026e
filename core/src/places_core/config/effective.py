"""The settings in force, and where each of them came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ..convert.structure import Setting
from ..settings import Config
from ..text.redaction import masked
from .sections import flattened


@attrs.frozen
class SettingLine:
    """One setting as it may be shown."""

    path: str
    value: Any
    origin: str


@attrs.frozen
class Loaded:
    """The settings of a stack, with their origins: `default`, a file, a variable or `argument`."""

    config: Config
    origins: Mapping[str, str]
    settings: Mapping[str, Setting] = attrs.field(repr=False)
    ignored: Mapping[str, str] = attrs.Factory(dict)
    """Notes on variables that were left aside, by the setting they would set."""

    def lines(self) -> list[SettingLine]:
        """Give every setting with its origin, secrets masked."""
        values = dict(flattened(attrs.asdict(self.config)))
        return [self._line(path, values) for path in self.origins]

    def _line(self, path: str, values: Mapping[str, Any]) -> SettingLine:
        setting = self.settings.get(path)
        default = setting.default if setting else None
        # Where the section could not be checked, nobody knows which of its settings are secrets.
        secret = setting.secret if setting else True
        return SettingLine(path, masked(values.get(path, default), secret=secret), self.origins[path])
