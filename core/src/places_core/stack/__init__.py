"""The stack: settings, plugins and pipeline, opened and closed together."""

from __future__ import annotations

from .places import Places, Point


__all__ = ["Places", "Point"]
