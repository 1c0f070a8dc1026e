"""Place search you can put in production: one stack, any backend."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from .answer import Answer
    from .errors import InvalidRequest, PlacesError
    from .hookspecs import hookimpl
    from .models import (
        Autocomplete,
        Circle,
        Details,
        FieldMask,
        LatLng,
        NearbySearch,
        PhotoMedia,
        Place,
        TextSearch,
    )
    from .stack.places import Places

__all__ = [
    "Answer",
    "Autocomplete",
    "Circle",
    "Details",
    "FieldMask",
    "InvalidRequest",
    "LatLng",
    "NearbySearch",
    "PhotoMedia",
    "Place",
    "Places",
    "PlacesError",
    "TextSearch",
    "hookimpl",
]

_HOMES = {
    "Answer": "answer",
    "InvalidRequest": "errors",
    "Places": "stack",
    "PlacesError": "errors",
    "hookimpl": "hookspecs",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `places --version` need not wait for all of them."""
    if name == "__version__":
        return import_module("importlib.metadata").version("places-core")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES.get(name, 'models')}", __name__), name)
