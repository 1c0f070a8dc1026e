"""A limiter whose store may fail, and the one in this process that takes over."""

from __future__ import annotations

from attrs import define, field

from ..algorithms.rate_limiter import RateLimiter
from ..errors import PlacesError
from ..ports import Limiter
from ..telemetry import FaultMonitor


@define
class FailoverLimiter:
    """Asks a limiter, and a substitute within this process while the limiter's store is down.

    The substitute counts what the store lets pass, and so takes over with what is left. A store that comes
    back may have lost its counts: until the substitute's limits would be whole again, a call must pass both.
    """

    limiter: Limiter
    substitute: RateLimiter
    monitor: FaultMonitor
    _untrusted_until: float = field(init=False, default=0.0)

    async def acquire(self, key: str) -> None:
        """Let one call pass, or raise `RateLimited`."""
        if self.limiter.in_process:
            await self.limiter.acquire(key)
            return
        untrusted = self.substitute.clock.monotonic() < self._untrusted_until
        if untrusted:
            await self.substitute.acquire(key)
        try:
            await self.limiter.acquire(key)
        except PlacesError:
            raise
        except Exception as error:  # noqa: BLE001 - a dead store must not break the answer
            self.monitor.failed(error)
            self._untrusted_until = self.substitute.clock.monotonic() + self.substitute.span
            if not untrusted:
                await self.substitute.acquire(key)
            return
        self.monitor.worked()
        if not untrusted:
            self.substitute.charge(key)
