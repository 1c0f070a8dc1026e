"""The section `[plugins.local]`."""

from __future__ import annotations

from attrs import frozen


@frozen
class LocalSettings:
    """Which index is used, and where the embedded one is stored."""

    path: str | None = None
    """An index built by `places local import`; defaults to the embedded centre of Helsinki."""
    cache_dir: str | None = None
    """Where the index of the embedded data is stored; defaults to the user's cache directory."""
