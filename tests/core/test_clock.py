"""The time limits of the system's clock."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from places_core.clock import SystemClock


async def test_what_takes_too_long_is_ended() -> None:
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(TimeoutError):
        async with SystemClock().timeout(0.01):
            await asyncio.Event().wait()

    assert 0 == task.cancelling()


async def test_without_time_it_is_ended_at_once() -> None:
    with pytest.raises(TimeoutError):
        async with SystemClock().timeout(-5):
            await asyncio.Event().wait()


async def test_a_cancellation_stays_one() -> None:
    async def limited() -> None:
        async with SystemClock().timeout(60):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(limited())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_arrived_while_the_event_loop_was_held_up_is_in_time(
    hold_up: Callable[[float], None],
) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:

        def reply_meanwhile() -> None:
            theirs.send(b"a reply")
            hold_up(0.1)

        asyncio.get_running_loop().call_soon(reply_meanwhile)
        async with SystemClock().timeout(0.02):
            assert b"a reply" == await asyncio.get_running_loop().sock_recv(ours, 100)
