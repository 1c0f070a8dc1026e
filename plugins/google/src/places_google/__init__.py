"""The plugin `places-google`: Google's Places API (New)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from places_core import hookimpl


if TYPE_CHECKING:
    from places_core.convert import Converter
    from places_core.ports import Backend, Commands


@hookimpl
def places_backends() -> Iterable[type[Backend]]:
    from .backend import GoogleBackend

    return [GoogleBackend]


@hookimpl
def places_commands(cli: Commands) -> None:
    from .commands import add_commands

    add_commands(cli)


@hookimpl
def places_converters(converter: Converter) -> None:
    from .settings import BaseUrl

    converter.register_structure_hook(BaseUrl, lambda value, _: BaseUrl(value))
