"""API keys from the settings, and from a mounted file that may be replaced at any time."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from ..ports import Context, KeySource, NoSettings


_BETWEEN = re.compile(r"[\s,]+")
_MOST = 64 * 1024


@define
class _OfSections(KeySource):
    """A source that reads the section of the backend that asks."""

    _sections: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(context.config.plugins)

    def _setting(self, owner: str, name: str) -> Any:
        return self._sections.get(owner, {}).get(name) or ""


@define
class SettingsKeys(_OfSections):
    """Returns the `api_key` of the backend's section, wherever that was set."""

    name = "settings"

    async def keys(self, owner: str) -> Sequence[str]:
        given = self._setting(owner, "api_key")
        return split_keys(given if isinstance(given, str) else ",".join(given))


@define
class FileKeys(_OfSections):
    """Reads the file that `api_key_file` in the backend's section names, each time it is asked."""

    name = "file"

    _reads: dict[str, asyncio.Future[str]] = field(init=False, factory=dict)
    """The reads under way: one that hangs, as on a lost network drive, is waited for and never repeated."""

    async def keys(self, owner: str) -> Sequence[str]:
        path = str(self._setting(owner, "api_key_file"))
        read = self._reads.get(path)
        if read is None:
            read = self._reads[path] = _in_thread(lambda: _text(path))
            read.add_done_callback(lambda _: self._reads.pop(path))
        return split_keys(await asyncio.shield(read))


def split_keys(text: str) -> tuple[str, ...]:
    """Split at commas and white space; a repeated key counts once."""
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(text) if part))


def _in_thread(work: Callable[[], str]) -> asyncio.Future[str]:
    """Run `work` in a thread that keeps neither the event loop nor the end of the process waiting."""
    done: Future[str] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            done.set_exception(error)

    threading.Thread(target=run, name="places key file", daemon=True).start()
    return asyncio.wrap_future(done)


def _text(path: str) -> str:
    with Path(path).expanduser().open(encoding="utf-8-sig") as stream:
        return stream.read(_MOST)
