"""Set the deadline of each query that is not answered from memory."""

from __future__ import annotations

from attrs import define

from ..answer import Answer
from ..clock import Clock
from ..deadline import TimeLimit
from ..models import Query
from . import Proceed


@define
class Deadline:
    seconds: float
    """How long one query may take, across all backends, attempts and waits."""
    clock: Clock

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        with TimeLimit(self.seconds, self.clock):
            return await proceed(query)
