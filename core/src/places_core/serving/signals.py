"""Ending on a signal."""

from __future__ import annotations

import asyncio
import contextlib
import signal


def stop_event(*signals: signal.Signals) -> asyncio.Event:
    """Return an event that the first signal sets; a second one has its usual effect.

    Without `signals` these are SIGINT and SIGTERM. Must be called in a running event loop.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def first(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in signals or (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows, where KeyboardInterrupt ends the loop
            loop.add_signal_handler(number, first, number)
    return stop
