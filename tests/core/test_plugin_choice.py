"""Which plugins are let in, which of them are chosen, and what to say where one is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from places_core import hookimpl
from places_core.errors import PluginError
from places_core.plugins import Plugins, PluginStatus
from places_core.plugins.extras import extras
from places_core.ports import Backend
from places_core.settings import Config
from places_core.testing import FakeBackend


Install = Callable[..., None]


def offering(*classes: Any, slot: str = "backends", name: str = "mine") -> SimpleNamespace:
    def hook() -> Any:
        return list(classes)

    hook.__name__ = f"places_{slot}"
    return SimpleNamespace(**{hook.__name__: hookimpl(hook), "__name__": name})


def backend(name: str = "mine", **more: Any) -> type[Backend]:
    return type("Mine", (FakeBackend,), {"name": name, **more})


def load(*extra: object, **environ: str) -> Plugins:
    return Plugins.load(environ, extra, installed=False)


def line(plugins: Plugins, name: str = "mine", config: Config | None = None) -> PluginStatus:
    (found,) = [each for each in plugins.report(config) if each.name == name]
    return found


def test_a_blocked_plugin_is_not_even_imported(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("loud", "print('imported')")
    plugins = Plugins.load({"PLACES_DISABLE_PLUGINS": "other, loud"})

    assert ("blocked", "named in PLACES_DISABLE_PLUGINS") == (
        line(plugins, "loud").status,
        line(plugins, "loud").reason,
    )
    assert "" == capsys.readouterr().out


def test_only_the_named_plugins_are_loaded_beside_the_built_in_ones() -> None:
    plugins = load(offering(backend("one"), name="one"), offering(name="two"), PLACES_LOAD_PLUGINS="one")

    assert "loaded" == line(plugins, "builtin").status
    assert "loaded" == line(plugins, "one").status
    assert "not named in PLACES_LOAD_PLUGINS" == line(plugins, "two").reason


def test_a_slip_in_the_list_of_plugins_to_load_is_noticed() -> None:
    plugins = load(offering(name="google"), PLACES_LOAD_PLUGINS="gogle")

    assert (
        "named in PLACES_LOAD_PLUGINS, not installed; did you mean google?" == line(plugins, "gogle").reason
    )


def test_strict_plugins_stop_the_start_with_all_reasons() -> None:
    unfit = offering(None, name="one"), SimpleNamespace(__name__="two")

    with pytest.raises(PluginError) as raised:
        load(*unfit, PLACES_STRICT_PLUGINS="1")

    assert "one: places_backends returned None" in str(raised.value)
    assert "two: there is no hook in it" in str(raised.value)


@pytest.mark.parametrize(
    ("slot", "name", "expected"),
    [
        (
            "caches",
            "redis",
            ("There is no cache 'redis'", "pip install 'places-core[redis]'", "memory, aiocache, none"),
        ),
        ("caches", "redsi", ("Did you mean redis?", "pip install 'places-core[redis]'")),
        ("caches", "memroy", ("Did you mean memory?",)),
        ("adapters", "http", ("There is no adapter 'http'", "pip install 'places-core[http]'")),
        ("backends", "local", ("There is none at all", "pip install 'places-core[local]'")),
        ("backends", "nominatim", ("There is none at all", "[google]' or pip install 'places-core[local]'")),
    ],
)
def test_an_unknown_provider_says_what_there_is_and_how_to_get_it(
    slot: str, name: str, expected: tuple[str, ...]
) -> None:
    with pytest.raises(PluginError) as raised:
        load().provider(slot, name)

    assert [] == [part for part in expected if part not in str(raised.value)]


def test_an_unknown_name_without_a_package_of_ours_names_no_package() -> None:
    with pytest.raises(PluginError) as raised:
        load().provider("caches", "memcached")

    assert "There is no cache 'memcached'. There are: memory, aiocache, none." == str(raised.value)


@pytest.mark.parametrize("name", ["prometheus", "otel"])
def test_a_package_that_does_not_exist_is_not_advised(name: str) -> None:
    with pytest.raises(PluginError) as raised:
        load().provider("metrics", name)

    assert f"There is no metrics provider {name!r}. There are: memory." == str(raised.value)


def test_the_extras_are_those_that_places_core_declares() -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "core/pyproject.toml").read_text())["project"]
    declared = project["optional-dependencies"].keys() - {"all"}

    assert declared == extras()


def test_an_unknown_provider_quotes_the_plugins_that_failed() -> None:
    with pytest.raises(PluginError) as raised:
        load(SimpleNamespace(__name__="local")).provider("backends", "local")

    assert "The plugin local is not in use (there is no hook in it)." in str(raised.value)
    assert "[local]" not in str(raised.value)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Config(backend="mine"), "loaded"),
        (Config(backend=("local", "mine")), "loaded"),
        (Config(backend="local"), "unused"),
        (Config(), "unused"),
    ],
)
def test_a_plugin_of_which_nothing_is_chosen_is_unused(config: Config, expected: str) -> None:
    assert expected == line(load(offering(backend())), config=config).status


def test_auto_chooses_a_backend_that_is_configured() -> None:
    has_key = classmethod(lambda cls, section: "api_key" in section)
    plugins = load(offering(backend("google", is_configured=has_key), name="google"))
    with_key = Config(plugins={"google": {"api_key": "key"}})

    assert "unused" == line(plugins, "google", Config()).status
    assert "loaded" == line(plugins, "google", with_key).status
