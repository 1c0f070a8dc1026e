"""A secret never shows, whichever setting somebody has put it in, and however malformed."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from places_core import Places
from places_core.cli import main
from places_core.config import load_config
from places_core.config.schema import Schema, variable
from places_core.errors import PlacesError
from places_core.plugins import Plugins


KEY = "AIzaSyCANARY-0123456789_abcdefghijklmnop"  # the shape of Google's keys
PASSWORD = "canary-of-no-shape"
CANARY = re.compile("CANARY|canary")
PLUGINS = Plugins.load()
SETTINGS = Schema.of(PLUGINS).settings
FORMS: tuple[Any, ...] = (
    KEY,
    f" {KEY}\n",
    [KEY],
    {"key": KEY},
    {KEY: 1},
    f"https://me:{PASSWORD}@127.0.0.1:9/v1",
    f"https://127.0.0.1:9/v1?key={PASSWORD}&token={PASSWORD}",
    f"redis://:{PASSWORD}@127.0.0.1:9/0",
)
SECRET_FORMS: tuple[Any, ...] = (PASSWORD, [PASSWORD], {"password": PASSWORD}, [[PASSWORD]], f"={PASSWORD}")


def said(caplog: pytest.LogCaptureFixture, *texts: object) -> str:
    return "\n".join([caplog.text, *map(str, texts)])


def outcome(config: dict[str, Any], environ: dict[str, str]) -> Iterator[str]:
    """Yield all that is shown of settings, valid or not."""
    try:
        loaded = load_config(config, environ=environ, plugins=PLUGINS)
    except PlacesError as error:
        yield f"{error} {error!r}"
    else:
        yield from map(repr, loaded.lines())


def table(path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return {name: table(rest, value) if rest else value}


def misplaced() -> Iterator[tuple[str, Any]]:
    for path, setting in SETTINGS.items():
        for value in (*FORMS, *(SECRET_FORMS if setting.secret else ())):
            yield path, value
    for path in ("plugins.google", "plugins.redis", "plugins.nobody", "plugins"):
        for value in (KEY, [KEY], {KEY: KEY}, *SECRET_FORMS[:2]):
            yield path, value


def test_no_setting_shows_a_secret_that_was_put_into_it(caplog: pytest.LogCaptureFixture) -> None:
    shown = []
    with caplog.at_level(logging.DEBUG):
        for path, value in misplaced():
            shown += [f"{path}: {line}" for line in outcome(table(path, value), {})]

    assert [] == [line for line in said(caplog, *shown).splitlines() if CANARY.search(line)]


def test_no_variable_shows_a_secret_that_was_put_into_it(caplog: pytest.LogCaptureFixture) -> None:
    shown = []
    with caplog.at_level(logging.DEBUG):
        for path, value in misplaced():
            text = value if isinstance(value, str) else json.dumps(value)
            shown += [f"{path}: {line}" for line in outcome({}, {variable(path): text})]

    assert [] == [line for line in said(caplog, *shown).splitlines() if CANARY.search(line)]


@pytest.mark.parametrize(
    "text",
    [
        f'[plugins.google]\napi_key = "{KEY}',
        f'[plugins]\ngoogle = "{PASSWORD}"',
        f"[plugins.google]\n{KEY} = 1",
        f'[plugins.google]\napi_key_file = "{KEY}"\nbase_url = "https://h/?key={PASSWORD}"',
        f'backend = "google"\n[plugins.google]\napi_key = ["{PASSWORD}", 3]',
        f'[cache]\nprovider = "aiocache"\n[plugins.aiocache.options]\npassword = "{PASSWORD}"',
        f'[cache]\nprovider = "redis"\n[plugins.redis]\nurl = "redis://me:{PASSWORD}@127.0.0.1:9/x"',
    ],
)
def test_no_command_shows_a_secret_of_a_settings_file(
    logging_as_before: None, text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "places.toml"
    path.write_text(text)
    for command in (["config"], ["config", "--json"], ["status"], ["plugins"], ["search", "coffee"]):
        main([*command, "--config", str(path), "-v"])

    shown = capfd.readouterr()
    assert [] == [line for line in (shown.out + shown.err).splitlines() if CANARY.search(line)]


@pytest.mark.parametrize("path", SETTINGS)
def test_no_path_shows_a_key_that_was_put_in_its_place(path: str) -> None:
    assert not CANARY.search("".join(outcome({}, {f"{variable(path)}_FILE": KEY})))


async def test_a_stack_that_does_not_open_keeps_its_secrets() -> None:
    options = {"plugins": {"aiocache": {"options": {"password": PASSWORD, "no_such": KEY}}}}
    with pytest.raises(PlacesError) as caught:
        async with Places.open(options, backend="local", cache={"provider": "aiocache"}):
            pass

    assert not CANARY.search(f"{caught.value} {caught.value!r}")
