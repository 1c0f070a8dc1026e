"""The thread that searches an index, so that the event loop stays free."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Self, TypeVar

from attrs import define, field

from places_core.clock import Clock
from places_core.deadline import time_to_wait
from places_core.errors import RateLimited, Unavailable

from .reader import Index
from .work_limit import MAX_SECONDS


T = TypeVar("T")
_WEIGHT = 0.2  # of the latest query in the average


@define(eq=False)
class ReaderThread:
    """Searches an index through a connection that no other thread uses.

    It is one thread because searching is as much Python as SQLite: with more, the event loop would wait
    longer for the interpreter, and no more queries would be answered.
    """

    about: dict[str, str]
    _index: Index = field(repr=False)
    _thread: ThreadPoolExecutor = field(repr=False)
    _clock: Clock = field(repr=False)
    _in_line: int = 0
    """How many queries wait for the thread, with the one that it reads."""
    _average: float = 0.0
    """Seconds that the latest queries took."""
    _closed: bool = False

    @classmethod
    @asynccontextmanager
    async def open(cls, open_index: Callable[[], Index], clock: Clock) -> AsyncIterator[Self]:
        """Open the index in the thread; at the end, what is being read is stopped and the index is closed."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "places-local") as thread:
            index = await loop.run_in_executor(thread, open_index)
            opened = cls(index.about, index, thread, clock)
            try:
                yield opened
            finally:
                opened._closed = True
                await loop.run_in_executor(thread, index.close)

    async def run(self, read: Callable[[Index], T]) -> T:
        """Return what `read` returns; once the caller has left, it is stopped or not even started.

        Raises:
            RateLimited: the queries ahead take longer than this one may wait.
            TooMuchWork: it took more time than one query may take.
            Unavailable: the index is closed.
        """
        if self._closed:
            raise _closed()
        if not self._in_line:
            return await self._in_turn(read)
        patience = time_to_wait() or MAX_SECONDS  # who must not wait in line still waits for one
        if self._in_line * self._average > patience:
            raise self._busy()
        try:
            async with self._clock.timeout(patience):
                return await self._in_turn(read)
        except TimeoutError as error:
            raise self._busy() from error

    async def _in_turn(self, read: Callable[[Index], T]) -> T:
        left = threading.Event()
        self._in_line += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, read, left)
        finally:
            self._in_line -= 1
            left.set()

    def _busy(self) -> RateLimited:
        wait = max(MAX_SECONDS, self._in_line * self._average)
        ahead = f"{self._in_line} queries to answer first"
        return RateLimited(f"The backend 'local' has {ahead}; try again in {wait:.3g} s.", retry_after=wait)

    def _read(self, read: Callable[[Index], T], left: threading.Event) -> T:
        limit = self._index.limit
        limit.start(lambda: self._closed or left.is_set())
        start = self._clock.monotonic()
        try:
            limit.check()
            return read(self._index)
        except Exception as error:
            if self._closed:
                raise _closed() from error
            if isinstance(error, sqlite3.OperationalError):  # perhaps it was the limit that ended the query
                limit.check()
            raise
        finally:
            self._average += _WEIGHT * (self._clock.monotonic() - start - self._average)


def _closed() -> Unavailable:
    return Unavailable("The backend 'local' is closed.")
