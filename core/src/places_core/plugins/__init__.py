"""Discover and validate plugins, and record why any are inactive."""

from __future__ import annotations

from .registry import Plugins
from .status import PluginStatus


__all__ = ["PluginStatus", "Plugins"]
