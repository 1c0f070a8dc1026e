"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `given`, ignoring case and separators; None if none is close."""
    plain = {_plain(name): name for name in known}
    found = get_close_matches(_plain(given), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None


def meant(given: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?`, or an empty string."""
    name = nearest(given, known)
    return f"; did you mean {name}?" if name else ""


def _plain(name: str) -> str:
    return name.lower().replace(".", "_").replace("-", "_").replace("__", "_")
