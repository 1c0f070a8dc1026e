"""A timeout that does not mistake an event loop that was held up for a server that is silent."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from attrs import define, field


_SLICES = 10


@define(eq=False)
class LoopTimeout:
    """Raises `TimeoutError` after `seconds`, of which one stretch that holds the loop up counts a tenth.

    So a reply that arrived in the meantime is read before the time is over.
    """

    seconds: float
    held_up: bool = field(default=False, init=False)
    """Whether something kept the loop from running meanwhile."""
    _left: int = field(default=_SLICES, init=False)
    _due: float = field(default=0.0, init=False)
    _timer: asyncio.TimerHandle | None = field(default=None, init=False)
    _limit: asyncio.Timeout = field(factory=lambda: asyncio.timeout(None), init=False)

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        self._next_slice(asyncio.get_running_loop())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _next_slice(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + self.seconds / _SLICES
        self._timer = loop.call_at(self._due, self._end_slice, loop)

    def _end_slice(self, loop: asyncio.AbstractEventLoop) -> None:
        self.held_up |= loop.time() - self._due > self.seconds / _SLICES
        self._left -= 1
        if self._left:
            self._next_slice(loop)
        else:
            self._limit.reschedule(loop.time())
