"""A limiter whose store may fail, and the one in this process that takes over."""

from __future__ import annotations

from attrs import define, field

from ..algorithms.rate_limiter import RateLimiter
from ..deadline import time_to_wait
from ..ports import Limiter
from .watchdog import PartDown, Watchdog


@define
class FailoverLimiter:
    """Asks a limiter, and a substitute within this process while the limiter's store is down.

    The substitute counts what the store lets pass, and so takes over with what is left. A store that comes
    back may have lost its counts: until the substitute's limits would be whole again, a call must pass both.
    """

    limiter: Limiter
    substitute: RateLimiter
    monitor: Watchdog
    purpose: str
    """What it is for, such as `limit callers`."""
    _untrusted_until: float = field(init=False, default=0.0)

    async def acquire(self, key: str, cost: int = 1) -> None:
        """Let a call of `cost` pass, or raise `RateLimited`."""
        if self.limiter.in_process:
            await self.limiter.acquire(key, cost)
            return
        substitute = self.substitute
        untrusted = self._untrusted_until > 0 and substitute.clock.monotonic() < self._untrusted_until
        if untrusted:
            await substitute.acquire(key, cost)
        try:
            wait = min(substitute.max_wait, time_to_wait()) if substitute.max_wait else 0.0
            await self.monitor.ask(self.limiter.acquire, key, cost, wait=wait, operation=self.purpose)
        except PartDown:
            self._untrusted_until = substitute.clock.monotonic() + substitute.span
            if not untrusted:
                await substitute.acquire(key, cost)
            return
        if not untrusted:
            substitute.charge(key, cost)
