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

from places_core.errors import Unavailable

from .reader import Index


T = TypeVar("T")


@define(eq=False)
class ReaderThread:
    """Searches an index through a connection that no other thread uses.

    It is one thread because searching is as much Python as SQLite: with more, the event loop would wait
    longer for the interpreter, and no more queries would be answered.
    """

    about: dict[str, str]
    _index: Index = field(repr=False)
    _thread: ThreadPoolExecutor = field(repr=False)
    _closed: bool = False

    @classmethod
    @asynccontextmanager
    async def open(cls, open_index: Callable[[], Index]) -> AsyncIterator[Self]:
        """Open the index in the thread; at the end, what is being read is stopped and the index is closed."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "places-local") as thread:
            index = await loop.run_in_executor(thread, open_index)
            opened = cls(index.about, index, thread)
            try:
                yield opened
            finally:
                opened._closed = True
                await loop.run_in_executor(thread, index.close)

    async def run(self, read: Callable[[Index], T]) -> T:
        """Return what `read` returns; once the caller has left, it is stopped or not even started.

        Raises:
            TooMuchWork: it took more time than one query may take.
            Unavailable: the index is closed.
        """
        if self._closed:
            raise _closed()
        left = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, read, left)
        finally:
            left.set()

    def _read(self, read: Callable[[Index], T], left: threading.Event) -> T:
        limit = self._index.limit
        limit.start(lambda: self._closed or left.is_set())
        try:
            limit.check()
            return read(self._index)
        except Exception as error:
            if self._closed:
                raise _closed() from error
            if isinstance(error, sqlite3.OperationalError):  # perhaps it was the limit that ended the query
                limit.check()
            raise


def _closed() -> Unavailable:
    return Unavailable("The backend 'local' is closed.")
