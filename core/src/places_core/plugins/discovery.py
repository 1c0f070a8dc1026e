"""Which plugins there are, in the order in which they are loaded.

Ours come first, then the others by name, then those handed in. Of two that offer the same the first
keeps it, so that no package can take the place of a provider by being installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module, metadata

from attrs import frozen

from .extras import CORE, extras


GROUP = "places"
BUILTIN = "builtin"


@frozen
class Candidate:
    """A plugin that was found and not imported yet."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]


def candidates(extra: Iterable[object] = (), *, installed: bool = True) -> Iterator[Candidate]:
    """Find what could be loaded; `extra` are modules, or anything else that has hookimpls as attributes."""
    yield Candidate(BUILTIN, CORE, _version(CORE), lambda: import_module("places_core.builtin"))
    if installed:
        yield from sorted(_installed(), key=_rank)
    for number, module in enumerate(extra, start=1):
        name = getattr(module, "__name__", f"extra-{number}").rpartition(".")[2]
        yield Candidate(name, "", "", lambda module=module: module)  # type: ignore[misc]


def _installed() -> Iterator[Candidate]:
    for entry in metadata.entry_points(group=GROUP):
        distribution = _plain(entry.dist.name) if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        if (entry.name, distribution) != (BUILTIN, CORE):
            yield Candidate(entry.name, distribution, version, entry.load)


def _rank(candidate: Candidate) -> tuple[bool, str, str]:
    ours = candidate.distribution in {f"places-{extra}" for extra in extras()}
    return not ours, candidate.name, candidate.distribution


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
