"""Place tools over the Model Context Protocol."""

from __future__ import annotations

from places_core import hookimpl

from .adapter import McpAdapter


@hookimpl
def places_adapters() -> list[type[McpAdapter]]:
    return [McpAdapter]
