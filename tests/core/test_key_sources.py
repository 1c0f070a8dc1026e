from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from attrs import field, frozen

from places_core import Places, hookimpl
from places_core.builtin.key_sources import FileKeys
from places_core.clock import SystemClock
from places_core.errors import PluginError
from places_core.plugins import Plugins
from places_core.ports import Backend, Context, Health, KeySource, NoSettings
from places_core.settings import Config
from places_core.testing import FakeBackend


@frozen
class KeyedSettings:
    source: str = "settings"
    api_key: str | tuple[str, ...] | None = field(default=None, repr=False)
    api_key_file: str | None = None


class KeyedBackend(FakeBackend):
    """Tells in its health which keys it would use."""

    name = "keyed"
    Settings = KeyedSettings
    source: KeySource

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Any, context: Context) -> AsyncIterator[Self]:
        async with context.key_source(settings.source) as source:
            backend = cls(context.clock)
            backend.source = source
            yield backend

    async def health(self) -> Health:
        return Health(ok=True, detail=" ".join(await self.source.keys(self.name)))


class VaultKeys(KeySource):
    name = "vault"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    async def keys(self, owner: str) -> Sequence[str]:
        return (f"vaulted-for-{owner}",)


class KeyedPlugin:
    @hookimpl
    def places_backends(self) -> Iterable[type[Backend]]:
        return [KeyedBackend]

    @hookimpl
    def places_key_sources(self) -> Iterable[type[KeySource]]:
        return [VaultKeys]


async def keys(**section: Any) -> str:
    plugins = Plugins.load({}, [KeyedPlugin()], installed=False)
    async with Places.open({"backend": "keyed", "plugins": {"keyed": section}}, plugins=plugins) as places:
        status = await places.status()
    detail: str = status["backends"][0]["detail"]
    return detail


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("one", "one"),
        ("one, two", "one two"),
        (["one", "two"], "one two"),
        (["one", "one"], "one"),
        (None, ""),
    ],
)
async def test_the_settings_hold_one_key_or_several(given: Any, expected: str) -> None:
    assert expected == await keys(**({"api_key": given} if given else {}))


async def test_a_file_holds_one_key_a_line(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("\ufeffone\r\ntwo\n\n")

    assert "one two" == await keys(source="file", api_key_file=str(file))


async def test_a_plugin_may_bring_keys_from_elsewhere() -> None:
    assert "vaulted-for-keyed" == await keys(source="vault")


async def test_a_source_that_nobody_offers_is_named() -> None:
    with pytest.raises(PluginError, match="There is no key source 'safe'"):
        await keys(source="safe")


async def test_a_file_that_hangs_holds_up_nothing_and_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "keys"
    os.mkfifo(pipe)
    config = Config(plugins={"keyed": {"api_key_file": str(pipe)}})
    async with FileKeys.open(NoSettings(), Context(config, SystemClock(), lambda event: None)) as source:
        askers = [asyncio.create_task(source.keys("keyed")) for _ in range(3)]
        for _ in range(3):
            await asyncio.sleep(0)
        askers[0].cancel()
        await asyncio.to_thread(pipe.write_text, "one")

        assert [("one",)] * 2 == await asyncio.wait_for(asyncio.gather(*askers[1:]), 5)


async def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    config = Config(plugins={"keyed": {"api_key_file": str(tmp_path / "keys")}})
    async with FileKeys.open(NoSettings(), Context(config, SystemClock(), lambda event: None)) as source:
        for _ in range(2):
            with pytest.raises(FileNotFoundError):
                await source.keys("keyed")
