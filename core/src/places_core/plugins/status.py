"""What became of each plugin."""

from __future__ import annotations

from typing import Literal

from attrs import frozen


@frozen
class PluginStatus:
    """One plugin; `reason` says why it is not in use."""

    name: str
    status: Literal["loaded", "blocked", "failed", "unused"]
    distribution: str = ""
    version: str = ""
    hooks: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    """What it offers, as `slot:name`."""
    reason: str = ""
