"""The extras of places-core that bring a plugin, as its own metadata declares them."""

from __future__ import annotations

from functools import cache
from importlib import metadata


CORE = "places-core"


@cache
def extras() -> frozenset[str]:
    """Return the names; the extra `google` brings the distribution `places-google`."""
    try:
        declared = metadata.metadata(CORE)
    except metadata.PackageNotFoundError:
        return frozenset()
    required = declared.get_all("Requires-Dist") or ()
    names = declared.get_all("Provides-Extra") or ()
    return frozenset(name for name in names if any(each.startswith(f"places-{name}") for each in required))


def pip_command(extra: str) -> str:
    return f"pip install 'places-core[{extra}]'"
