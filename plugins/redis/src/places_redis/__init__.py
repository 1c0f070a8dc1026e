"""The plugin `places-redis`: what the processes of one service share, on a Redis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from places_core import hookimpl


if TYPE_CHECKING:
    from places_core.convert import Converter
    from places_core.ports import Breaker, Cache, Limiter


@hookimpl
def places_caches() -> Iterable[type[Cache]]:
    from .cache import RedisCache

    return [RedisCache]


@hookimpl
def places_limiters() -> Iterable[type[Limiter]]:
    from .limiter import RedisLimiter

    return [RedisLimiter]


@hookimpl
def places_breakers() -> Iterable[type[Breaker]]:
    from .breaker import RedisBreaker

    return [RedisBreaker]


@hookimpl
def places_converters(converter: Converter) -> None:
    from .address import Address

    converter.register_structure_hook(Address, lambda value, _: Address.parse(value))
