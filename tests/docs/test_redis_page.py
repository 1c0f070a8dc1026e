"""The page about Redis, compared with the plugin."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import attrs

from places_core.algorithms.rates import parse_rates
from places_core.convert import configure_settings, converter
from places_core.settings import LimiterSettings
from places_redis import places_converters
from places_redis.address import Address
from places_redis.settings import RedisSettings


Read = Callable[[str], Any]


def test_every_setting_is_on_the_page_with_its_default(page: Read) -> None:
    settings = {
        f"plugins.redis.{field.name}": getattr(field.default, "url", str(field.default))
        for field in attrs.fields(RedisSettings)  # type: ignore[arg-type,unused-ignore]
    }

    assert settings == {row[0]: row[1] for row in page("docs/redis.md").rows("setting")}


def test_every_address_is_one(page: Read) -> None:
    cells = [
        row[0].replace("`", "").replace("…", "host/service") for row in page("docs/redis.md").rows("address")
    ]
    kinds = [Address.parse(url).kind for cell in cells for url in cell.split(", ")]

    assert ["server", "server", "server", "sentinel", "sentinel", "cluster", "cluster"] == kinds


def test_the_settings_of_the_example_are_read(page: Read) -> None:
    [block] = page("docs/redis.md").blocks("toml")
    example = tomllib.loads(block)

    assert 2 == len(parse_rates(LimiterSettings(**example["limiter"])))
    reading = converter(configure_settings, places_converters)
    assert 1000 == reading.structure(example["plugins"]["redis"], RedisSettings).near_entries
