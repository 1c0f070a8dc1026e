"""Let a backend have no more calls than it may get."""

from __future__ import annotations

from attrs import define

from ..errors import PlacesError
from ..models import Answer, Query
from ..ports import Limiter
from . import Proceed
from .guard import Guard


@define
class Gate:
    """A limiter, and who takes over within this process while its store is down."""

    limiter: Limiter
    substitute: Limiter
    guard: Guard

    async def acquire(self, key: str) -> None:
        """Let one call pass, or raise `RateLimited`."""
        try:
            await self.limiter.acquire(key)
        except PlacesError:
            raise
        except Exception as error:  # noqa: BLE001 - a dead store must not break the answer
            self.guard.failed(error)
            await self.substitute.acquire(key)
        else:
            self.guard.worked()


@define
class Limit:
    gate: Gate
    name: str

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        await self.gate.acquire(self.name)
        return await proceed(query)
