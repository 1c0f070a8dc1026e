"""The cancellation of the running task."""

from __future__ import annotations

import asyncio


def is_cancellation(error: BaseException) -> bool:
    """Whether somebody has cancelled this task; a provider may raise `CancelledError` without that."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
