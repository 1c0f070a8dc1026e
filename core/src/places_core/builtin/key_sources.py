"""API keys from the settings, and from a mounted file that may be replaced at any time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from ..ports import Context, KeySource, NoSettings


_BETWEEN = re.compile(r"[\s,]+")
_MOST = 64 * 1024


@define
class SettingsKeys(KeySource):
    """Gives what `api_key` in the backend's section holds, wherever that was set."""

    name = "settings"

    _sections: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(context.config.plugins)

    async def keys(self, owner: str) -> Sequence[str]:
        given = self._sections.get(owner, {}).get("api_key") or ()
        return split_keys(given if isinstance(given, str) else ",".join(given))


@define
class FileKeys(KeySource):
    """Reads the file that `api_key_file` in the backend's section names, each time it is asked."""

    name = "file"

    _sections: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(context.config.plugins)

    async def keys(self, owner: str) -> Sequence[str]:
        return split_keys(_text(str(self._sections.get(owner, {}).get("api_key_file") or "")))


def split_keys(text: str) -> tuple[str, ...]:
    """Split at commas, blanks and line ends; the same key twice counts once."""
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(text) if part))


def _text(path: str) -> str:
    with Path(path).expanduser().open(encoding="utf-8-sig") as stream:
        return stream.read(_MOST)
