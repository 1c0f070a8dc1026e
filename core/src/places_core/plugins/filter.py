"""Which plugins the environment lets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from attrs import frozen

from .discovery import BUILTIN


VARIABLES = ("PLACES_LOAD_PLUGINS", "PLACES_DISABLE_PLUGINS", "PLACES_STRICT_PLUGINS")


@frozen
class PluginFilter:
    """The plugins that the environment allows or disables, and whether a failure is an error."""

    only: tuple[str, ...]
    without: tuple[str, ...]
    strict: bool

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        only, without, strict = (environ.get(variable, "").strip() for variable in VARIABLES)
        return cls(_names(only), _names(without), strict.lower() in ("1", "true", "yes", "on"))

    def blocks(self, name: str) -> str:
        """Return why `name` is kept out, or nothing; the built-in plugin need not be named to get in."""
        if name in self.without:
            return "named in PLACES_DISABLE_PLUGINS"
        return "not named in PLACES_LOAD_PLUGINS" if self.only and name not in (*self.only, BUILTIN) else ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
