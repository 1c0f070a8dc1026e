"""Every extension point of the system; nothing extends it outside this file.

Hooks run once, synchronously, while the stack opens, and hand over classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy


if TYPE_CHECKING:
    from .ports import Adapter, Backend, Breaker, Cache, Commands, KeySource, Limiter, Metrics

hookspec = pluggy.HookspecMarker("places")
hookimpl = pluggy.HookimplMarker("places")


@hookspec
def places_backends() -> Iterable[type[Backend]]:  # type: ignore[empty-body]
    """Offer classes that answer place questions."""


@hookspec
def places_caches() -> Iterable[type[Cache]]:  # type: ignore[empty-body]
    """Offer classes that keep answers for a while."""


@hookspec
def places_limiters() -> Iterable[type[Limiter]]:  # type: ignore[empty-body]
    """Offer classes that say how many calls may pass."""


@hookspec
def places_breakers() -> Iterable[type[Breaker]]:  # type: ignore[empty-body]
    """Offer classes that leave a failing backend alone."""


@hookspec
def places_metrics() -> Iterable[type[Metrics]]:  # type: ignore[empty-body]
    """Offer classes that receive what happened."""


@hookspec
def places_adapters() -> Iterable[type[Adapter]]:  # type: ignore[empty-body]
    """Offer what `places serve NAME` can start."""


@hookspec
def places_key_sources() -> Iterable[type[KeySource]]:  # type: ignore[empty-body]
    """Offer classes that know the API keys of backends."""


@hookspec
def places_commands(cli: Commands) -> None:
    """Add subcommands to the `places` command."""
