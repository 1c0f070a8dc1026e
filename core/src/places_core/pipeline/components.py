"""The open providers of one stack, with its settings, clock and event bus."""

from __future__ import annotations

from attrs import frozen

from ..clock import Clock
from ..fault_injection import FaultInjection
from ..ports import Backend, Breaker, Cache, Limiter
from ..settings import Config
from ..telemetry.event_bus import EventBus


@frozen
class Components:
    config: Config
    clock: Clock
    events: EventBus
    backends: tuple[Backend, ...]
    cache: Cache
    limiter: Limiter
    caller_limiter: Limiter | None
    breaker: Breaker
    faults: FaultInjection | None = None
