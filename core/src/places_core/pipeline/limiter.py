"""Let a backend have no more calls than it may get."""

from __future__ import annotations

from attrs import define, field

from ..builtin.memory_limiter import MemoryLimiter
from ..builtin.none import NoLimiter
from ..errors import PlacesError
from ..models import Answer, Query
from ..ports import Limiter
from . import Proceed
from .guard import Guard


@define
class Gate:
    """A limiter, and who takes over within this process while its store is down.

    The substitute is told what the store lets pass, and so takes over with what is left. A store that comes
    back may have forgotten all: until the substitute could be whole again, both must let a call pass.
    """

    limiter: Limiter
    substitute: MemoryLimiter
    guard: Guard
    _has_store: bool = field(init=False)
    _doubtful_until: float = field(init=False, default=0.0)

    def __attrs_post_init__(self) -> None:
        self._has_store = not isinstance(self.limiter, MemoryLimiter | NoLimiter)

    async def acquire(self, key: str) -> None:
        """Let one call pass, or raise `RateLimited`."""
        if not self._has_store:
            await self.limiter.acquire(key)
            return
        doubtful = self.substitute.clock.monotonic() < self._doubtful_until
        if doubtful:
            await self.substitute.acquire(key)
        try:
            await self.limiter.acquire(key)
        except PlacesError:
            raise
        except Exception as error:  # noqa: BLE001 - a dead store must not break the answer
            self.guard.failed(error)
            self._doubtful_until = self.substitute.clock.monotonic() + self.substitute.span
            if not doubtful:
                await self.substitute.acquire(key)
            return
        self.guard.worked()
        if not doubtful:
            self.substitute.charge(key)


@define
class Limit:
    gate: Gate
    name: str

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        await self.gate.acquire(self.name)
        return await proceed(query)
