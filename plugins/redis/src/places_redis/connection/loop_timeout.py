"""A timeout that does not mistake an event loop that was held up for a server that is silent."""

from __future__ import annotations

import asyncio
from typing import Self

from attrs import define, field


_SLICES = 10


@define(eq=False)
class LoopTimeout:
    """Raises `TimeoutError` after `seconds`, of which one stretch that holds the loop up counts a tenth.

    So a reply that arrived in the meantime is read before the time is over, and a connection is still made
    after it. That is for judging a server. It is not the timeout of `SystemClock`, which must end a
    query about when its deadline says, however often the loop is held up.
    """

    seconds: float
    held_up: bool = field(default=False, init=False)
    """Whether something kept the loop from running meanwhile."""
    _left: int = field(default=_SLICES, init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _timer: asyncio.TimerHandle = field(init=False)
    _task: asyncio.Task[object] = field(init=False)
    _cancelling: int = field(init=False)

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task(self._loop)
        assert task is not None  # noqa: S101 - a coroutine runs within a task
        self._task, self._cancelling = task, task.cancelling()
        self._timer = self._loop.call_later(self.seconds / _SLICES, self._end_slice)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._timer.cancel()
        if not self._left and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end_slice(self) -> None:
        slice_ = self.seconds / _SLICES
        self.held_up |= self._loop.time() - self._timer.when() > slice_
        self._left -= 1
        if self._left:
            self._timer = self._loop.call_later(slice_, self._end_slice)
        else:
            self._task.cancel()
