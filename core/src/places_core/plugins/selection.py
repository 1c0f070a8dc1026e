"""Which providers the settings choose."""

from __future__ import annotations

from collections.abc import Container

from ..settings import Config


def backend_names(config: Config, installed: Container[str]) -> tuple[str, ...]:
    """Give the backends in the order in which they are asked; `auto` is google with a key, else local."""
    if config.backend != "auto":
        return (config.backend,) if isinstance(config.backend, str) else config.backend
    section = config.plugins.get("google", {})
    has_key = any(section.get(name) for name in ("api_key", "api_key_file", "key_source"))
    return ("google",) if "google" in installed and has_key else ("local",)


def selected(config: Config, backends: Container[str]) -> set[tuple[str, str]]:
    """Give the slots and names that the settings choose, whether somebody offers them or not."""
    return {
        *(("backends", name) for name in backend_names(config, backends)),
        ("caches", config.cache.provider),
        ("limiters", config.limiter.provider),
        ("breakers", config.breaker.provider),
        *(("metrics", name) for name in config.metrics.providers),
    }
