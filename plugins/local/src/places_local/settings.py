"""The settings of the backend `local`."""

from __future__ import annotations

from attrs import frozen


@frozen
class LocalSettings:
    """`path` is an index made by `places local import`; by default the embedded centre of Helsinki is used.

    `cache_dir` is where the index of the embedded data is kept, by default the user's cache directory.
    """

    path: str | None = None
    cache_dir: str | None = None
