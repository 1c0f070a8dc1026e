"""All extension points of the system; there are no others.

Hooks run once and synchronously, before a stack opens. Those named after a slot return classes;
`places_converters` and `places_commands` register things.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy


if TYPE_CHECKING:
    from .convert import Converter
    from .ports import Adapter, Backend, Breaker, Cache, Commands, KeySource, Limiter, Metrics

__all__ = [
    "hookimpl",
    "places_adapters",
    "places_backends",
    "places_breakers",
    "places_caches",
    "places_commands",
    "places_converters",
    "places_key_sources",
    "places_limiters",
    "places_metrics",
]

hookspec = pluggy.HookspecMarker("places")
hookimpl = pluggy.HookimplMarker("places")


@hookspec
def places_backends() -> Iterable[type[Backend]]:  # type: ignore[empty-body]
    """Return backend classes, which answer place queries."""


@hookspec
def places_caches() -> Iterable[type[Cache]]:  # type: ignore[empty-body]
    """Return cache classes, which store answers for a limited time."""


@hookspec
def places_limiters() -> Iterable[type[Limiter]]:  # type: ignore[empty-body]
    """Return limiter classes, which limit the rate of calls."""


@hookspec
def places_breakers() -> Iterable[type[Breaker]]:  # type: ignore[empty-body]
    """Return circuit breaker classes, which stop calls to a failing backend."""


@hookspec
def places_metrics() -> Iterable[type[Metrics]]:  # type: ignore[empty-body]
    """Return metrics classes, which receive the events of the stack."""


@hookspec
def places_adapters() -> Iterable[type[Adapter]]:  # type: ignore[empty-body]
    """Return adapter classes, which `places serve NAME` starts."""


@hookspec
def places_key_sources() -> Iterable[type[KeySource]]:  # type: ignore[empty-body]
    """Return key source classes, which supply the API keys of backends."""


@hookspec
def places_commands(cli: Commands) -> None:
    """Add subcommands to the `places` command."""


@hookspec
def places_converters(converter: Converter) -> None:
    """Register structure hooks for the types of your settings."""
