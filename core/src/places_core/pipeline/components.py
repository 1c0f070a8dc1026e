"""The open providers of one stack, with its settings, clock and event bus."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ..clock import Clock
from ..fault_injection import FaultInjection
from ..ports import Backend, Breaker, Cache, Limiter
from ..settings import Config, LimiterSettings
from ..telemetry.event_bus import EventBus
from ..telemetry.key_monitor import KeyMonitor


@frozen
class Components:
    config: Config
    clock: Clock
    events: EventBus
    backends: tuple[Backend, ...]
    cache: Cache
    limiter: Limiter
    backend_limiters: Mapping[str, Limiter]
    """Those of the backends that have a rate of their own."""
    caller_limiter: Limiter | None
    breaker: Breaker
    keys: Mapping[str, KeyMonitor]
    """Whether each backend, by its name, accepts the key of this server."""
    faults: FaultInjection | None = None

    def limits_of(self, backend: Backend) -> LimiterSettings | None:
        """Return how the calls to a backend are limited, if they are."""
        limits = self.config.limiter
        return limits.of_backends.get(backend.name, None if backend.embedded else limits)
