"""The error for a provider that no plugin offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import PluginError
from ..text.suggestions import nearest
from .extras import extras, pip_command
from .status import PluginStatus


_EXTRAS = {
    "backends": ("google", "local"),
    "caches": ("redis",),
    "limiters": ("redis",),
    "breakers": ("redis",),
    "adapters": ("http", "mcp"),
}
_WORDS = {
    "backends": "backend",
    "caches": "cache",
    "limiters": "limiter",
    "breakers": "breaker",
    "adapters": "adapter",
    "key_sources": "key source",
}


def unknown_provider(
    slot: str, name: str, known: Sequence[str], report: Iterable[PluginStatus]
) -> PluginError:
    """Return the error that lists what exists, what was probably meant and how to install it."""
    ours = [extra for extra in _EXTRAS.get(slot, ()) if extra in extras()]
    idle = [line for line in report if line.reason]
    like = name if name in ours else nearest(name, (*known, *ours))
    there_is = f"There are: {', '.join(known)}." if known else "There is none at all."
    parts = [f"There is no {_WORDS.get(slot, f'{slot} provider')} {name!r}."]
    parts += [f"Did you mean {like}?"] if like and like != name else []
    missing = set(ours) - set(known) - {line.name for line in idle}
    if wanted := [extra for extra in ours if extra in missing and (extra == like or not known)]:
        there_is += f" Install it with: {' or '.join(pip_command(extra) for extra in wanted)}."
    refused = [f"The plugin {line.name} is not in use ({line.reason})." for line in idle]
    return PluginError(" ".join((*parts, there_is, *refused)))
