"""The section `[plugins.redis]`, shared by the cache, the limiter and the breaker."""

from __future__ import annotations

from attrs import field, frozen, validators

from places_core.settings import above, at_least

from .address import ALLOWED, Address


DEFAULT = Address.parse("redis://127.0.0.1:6379/0")


@frozen
class RedisSettings:
    """How Redis is reached, and with which limits; durations in seconds."""

    url: Address = field(default=DEFAULT, repr=False, metadata={"allowed": ALLOWED})
    namespace: str = field(
        default="places", validator=validators.min_len(1), metadata={"allowed": "at least one character"}
    )
    """Prefix of all keys; no key without it is ever touched."""
    max_connections: int = at_least(1, 20)
    timeout: float = above(0, 1.0)
    """How long one exchange with the server may take, including the wait for a connection."""
    connect_timeout: float = above(0, 1.0)
    near_entries: int = at_least(0, 0)
    """Number of answers of which each process keeps a copy in its own memory; 0 disables it."""
    near_ttl: float = above(0, 5.0)
    """How long such a copy is served, and so how long changes by other processes may go unnoticed."""
