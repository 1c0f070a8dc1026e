"""The settings in force, and where each of them came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ..convert.settings import Setting
from ..settings import Config
from ..text.redaction import masked
from .schema import SettingValue


_PLAIN = (bool, int, float, list, tuple, Mapping)


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
    values: Mapping[str, SettingValue] = attrs.field(factory=dict, repr=False)
    """What does not stand at its default, by path."""

    def lines(self) -> list[SettingLine]:
        """Return every setting with its origin, secrets masked."""
        return [self._line(path, origin) for path, origin in self.origins.items()]

    def _line(self, path: str, origin: str) -> SettingLine:
        setting = self.settings.get(path)
        value = self.values[path].value if path in self.values else setting and setting.default
        # Where the section could not be checked, nobody knows which of its settings are secrets.
        secret = setting.secret if setting else True
        shown = value if value is None or isinstance(value, _PLAIN) else str(value)
        return SettingLine(path, masked(shown, secret=secret), origin)
