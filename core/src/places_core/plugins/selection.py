"""Which providers the settings choose."""

from __future__ import annotations

from collections.abc import Mapping

from ..ports import Backend
from ..settings import Config


_DEFAULT_BACKEND = "local"


def backend_names(config: Config, installed: Mapping[str, type[Backend]]) -> tuple[str, ...]:
    """Return the backends in the order they are asked; `auto` is the first that is configured, else local."""
    if config.backend != "auto":
        return (config.backend,) if isinstance(config.backend, str) else config.backend
    configured = (name for name, cls in installed.items() if cls.is_configured(config.plugins.get(name, {})))
    return (next(configured, _DEFAULT_BACKEND),)


def selected(config: Config, backends: Mapping[str, type[Backend]]) -> set[tuple[str, str]]:
    """Return the slots and names that the settings choose, whether or not a plugin offers them."""
    return {
        *(("backends", name) for name in backend_names(config, backends)),
        ("caches", config.cache.provider),
        ("limiters", config.limiter.provider),
        ("breakers", config.breaker.provider),
        *(("metrics", name) for name in config.metrics.providers),
    }
