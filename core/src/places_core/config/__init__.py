"""The settings of a stack: defaults < TOML < `.env` < environment < what `Places.open` is given.

`load_config` reads all `sources`, merges them, structures what counts, and raises all faults at once.
"""

from __future__ import annotations

from .effective import Loaded, SettingLine
from .loading import load_config
from .merge import settings_of


__all__ = ["Loaded", "SettingLine", "load_config", "settings_of"]
