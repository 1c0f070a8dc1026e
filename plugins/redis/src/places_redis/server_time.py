"""The time of the server, which is the same for all processes that share it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from attrs import define, field
from redis.asyncio import RedisCluster

from places_core.clock import Clock

from .multiplexer import Multiplexer, RedisDown


_EVERY = 60.0  # seconds between two questions
_RETRY = 1.0
_SLOWEST = 0.5  # seconds; what took longer says too little about now


@define(eq=False)
class ServerTime:
    """Seconds since the epoch by the server's clock, or by our own as long as the server has not told its.

    The nodes of a cluster do not share a clock, so none of them is asked.
    """

    redis: Multiplexer
    clock: Clock
    _ahead: float | None = field(default=None, init=False)
    """The server's clock minus our monotonic one."""
    _next: float = field(default=0.0, init=False)

    def __call__(self) -> float:
        return self.clock.time() if self._ahead is None else self.clock.monotonic() + self._ahead

    def keep_up(self) -> None:
        """Ask the server, if it is time, in one exchange with the other commands of this moment."""
        now = self.clock.monotonic()
        if now >= self._next and not isinstance(self.redis.connections.client, RedisCluster):
            self._next = now + _RETRY
            with suppress(RedisDown):
                self.redis.ask("TIME").add_done_callback(partial(self._told, now))

    def _told(self, asked: float, reply: asyncio.Future[Any]) -> None:
        now = self.clock.monotonic()
        if reply.cancelled() or reply.exception() is not None or now - asked > _SLOWEST:
            return
        with suppress(TypeError, ValueError):  # whatever it is, it is no time
            seconds, micros = reply.result()
            self._ahead = int(seconds) + int(micros) / 1e6 - (asked + now) / 2
            self._next = now + _EVERY
