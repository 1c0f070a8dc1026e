"""Let a backend have no more calls than it may get."""

from __future__ import annotations

from attrs import define

from ..errors import PlacesError
from ..models import Answer, Query
from ..ports import Limiter
from . import Proceed
from .guard import Guard


@define
class Limit:
    limiter: Limiter
    substitute: Limiter
    """Takes over, within this process, while the limiter's store is down."""
    name: str
    guard: Guard

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        try:
            await self.limiter.acquire(self.name)
        except PlacesError:
            raise
        except Exception as error:  # noqa: BLE001 - a dead store must not break the answer
            self.guard.failed(error)
            await self.substitute.acquire(self.name)
        else:
            self.guard.worked()
        return await proceed(query)
