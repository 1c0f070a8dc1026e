"""The section `[plugins.redis]`, which the cache, the limiter and the breaker share."""

from __future__ import annotations

from attrs import Attribute, field, frozen, validators

from places_core.settings import above, at_least

from .address import ALLOWED, Address


def _readable(_: object, __: Attribute[str], url: str) -> None:
    Address.parse(url)


@frozen
class RedisSettings:
    """Where the Redis is, and how much it may take; all times in seconds."""

    url: str = field(
        default="redis://127.0.0.1:6379/0", repr=False, validator=_readable, metadata={"allowed": ALLOWED}
    )
    namespace: str = field(
        default="places", validator=validators.min_len(1), metadata={"allowed": "at least one character"}
    )
    """What the names of all keys begin with; nothing outside it is ever touched."""
    max_connections: int = at_least(1, 20)
    timeout: float = above(0, 1.0)
    """How long one exchange with the server may take, with the wait for a connection."""
    connect_timeout: float = above(0, 1.0)
    near_entries: int = at_least(0, 0)
    """How many answers each process keeps a copy of in its own memory; 0 for none."""
    near_ttl: float = above(0, 5.0)
    """For how long such a copy is served: so long may one process miss what another has changed."""
