"""What to say to somebody who asks for a provider that nobody offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import PluginError
from ..nearest import nearest


if TYPE_CHECKING:
    from .registry import PluginLine

_EXTRAS = {
    "backends": ("google", "local"),
    "caches": ("redis",),
    "limiters": ("redis",),
    "metrics": ("otel", "prometheus"),
    "adapters": ("http", "mcp"),
}
_WORDS = {
    "backends": "backend",
    "caches": "cache",
    "limiters": "limiter",
    "breakers": "breaker",
    "adapters": "adapter",
}


def pip_command(extra: str) -> str:
    return f"pip install 'places-core[{extra}]'"


def unknown_provider(slot: str, name: str, known: Sequence[str], lines: Iterable[PluginLine]) -> PluginError:
    """Say what there is, what was probably meant, how to get it, and which plugins could not be loaded."""
    ours = _EXTRAS.get(slot, ())
    like = name if name in ours else nearest(name, (*known, *ours))
    word = _WORDS.get(slot, f"{slot} provider")
    parts = [f"There is no {word} {name!r}{f'; did you mean {like}?' if like and like != name else '.'}"]
    parts += [f"There are: {', '.join(known)}." if known else "There is none at all."]
    wanted = [like] if like in ours and like not in known else [] if known else ours
    parts += [f"Install it with: {' or '.join(map(pip_command, wanted))}"] if wanted else []
    parts += [f"The plugin {line.name} is not in use ({line.reason})." for line in lines if line.reason]
    return PluginError(" ".join(parts))
