"""The Google Places (New) wire protocol over HTTP, in front of any backend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from places_core import hookimpl


if TYPE_CHECKING:
    from places_core.ports import Adapter


@hookimpl
def places_adapters() -> Iterable[type[Adapter]]:
    from .adapter import HttpAdapter  # not at the top: every `places` command loads this module

    return [HttpAdapter]
