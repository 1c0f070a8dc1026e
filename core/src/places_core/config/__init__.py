"""The settings of a stack: defaults < TOML < `.env` < environment < what `Places.open` is given."""

from __future__ import annotations

from .effective import Loaded, SettingLine
from .loading import load_config
from .sections import settings_of


__all__ = ["Loaded", "SettingLine", "load_config", "settings_of"]
