"""Find plugins, keep the unfit out, say why."""

from __future__ import annotations

from .registry import Plugins
from .status import PluginStatus


__all__ = ["PluginStatus", "Plugins"]
