"""The setting `base_url`: where keys are sent must be safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from places_core.config import load_config
from places_core.errors import ConfigError
from places_core.plugins import Plugins
from places_google.settings import BaseUrl, GoogleSettings


@pytest.mark.parametrize(
    "url",
    [
        "http://places.googleapis.com/v1",
        "ftp://127.0.0.1",
        "https://",
        "https://me:pw@host/v1",
        "https://h/?a=b",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        BaseUrl(url)


@pytest.mark.parametrize("url", ["https://proxy.example/v1", "http://127.0.0.1:9090/v1", "http://[::1]:1/v1"])
def test_https_or_this_machine_will_do(url: str) -> None:
    assert url == GoogleSettings(base_url=BaseUrl(url)).base_url


def test_the_address_is_checked_when_the_settings_are_read(tmp_path: Path) -> None:
    plugins, name = Plugins.load({}), "PLACES_PLUGINS__GOOGLE__BASE_URL"
    good = load_config(environ={name: "https://proxy.example"}, cwd=tmp_path, plugins=plugins)

    assert BaseUrl("https://proxy.example") == good.config.plugins["google"]["base_url"]
    with pytest.raises(ConfigError) as raised:
        load_config(environ={name: "http://proxy.example"}, cwd=tmp_path, plugins=plugins)

    allowed = "an https:// address; http:// only to this machine"
    assert (f"plugins.google.base_url: got 'http://proxy.example' (from {name}); allowed: {allowed}",) == (
        raised.value.faults
    )
