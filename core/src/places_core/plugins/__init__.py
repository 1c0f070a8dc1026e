"""Find plugins, keep the unfit out, say why."""

from __future__ import annotations

from .registry import PluginLine, Plugins


__all__ = ["PluginLine", "Plugins"]
