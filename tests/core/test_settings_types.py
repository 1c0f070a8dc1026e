"""Types of plugins in their settings, registered through the hook `places_converters`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from attrs import field, frozen

from places_core import Places, hookimpl
from places_core.config import Loaded, load_config, settings_of
from places_core.errors import ConfigError, PluginError
from places_core.plugins import Plugins
from places_core.testing import FakeBackend


@frozen
class Distance:
    """A type of a plugin, which is an attrs class and no section."""

    metres: float

    @classmethod
    def parse(cls, text: str) -> Distance:
        amount, _, unit = text.partition(" ")
        if unit not in ("m", "km"):
            raise ValueError("a distance, such as '5 km'")
        return cls(float(amount) * (1000 if unit == "km" else 1))


@frozen
class Login:
    user: str
    password: str

    @classmethod
    def parse(cls, text: str) -> Login:
        user, colon, password = text.partition(":")
        if not colon:
            raise ValueError(f"not of the form user:password: {text}")
        return cls(user, password)


@frozen
class WalkSettings:
    reach: Distance
    stops: tuple[Distance, ...] = ()
    detour: Distance | None = None
    login: Login = field(default=Login("", ""), repr=False)


class Walk(FakeBackend):
    name = "walk"
    Settings = WalkSettings


@hookimpl
def places_backends() -> list[type]:
    return [Walk]


@hookimpl
def places_converters(converter: Any) -> None:
    converter.register_structure_hook(Distance, lambda value, _: Distance.parse(value))
    converter.register_structure_hook(Login, lambda value, _: Login.parse(value))


def module(**hooks: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{"places_backends": places_backends, "places_converters": places_converters, **hooks},
        __name__="walking",
    )


@pytest.fixture
def plugins() -> Plugins:
    return Plugins.load({}, [module()], installed=False)


def walk(loaded: Loaded, plugins: Plugins) -> Any:
    return settings_of(Walk, loaded.config, plugins.settings_converter(Walk))


@pytest.mark.parametrize(
    "sources",
    [
        {"toml": "[plugins.walk]\nreach = '2 km'\nstops = ['5 m']\nlogin = 'me:secret-word'"},
        {
            "PLACES_PLUGINS__WALK__REACH": "2 km",
            "PLACES_PLUGINS__WALK__STOPS": "5 m,",
            "PLACES_PLUGINS__WALK__DETOUR": "",
            "PLACES_PLUGINS__WALK__LOGIN": "me:secret-word",
        },
        {"config": {"plugins": {"walk": {"reach": "2 km", "stops": ["5 m"], "login": "me:secret-word"}}}},
        {
            "config": {
                "plugins": {
                    "walk": {
                        "reach": Distance(2000),
                        "stops": [Distance(5)],
                        "login": Login("me", "secret-word"),
                    }
                }
            }
        },
    ],
    ids=["toml", "environment", "mapping", "values of the type"],
)
def test_a_setting_may_be_of_a_type_of_its_plugin(
    read: Any, plugins: Plugins, sources: dict[str, Any]
) -> None:
    expected = WalkSettings(Distance(2000), (Distance(5),), None, Login("me", "secret-word"))

    assert expected == walk(read(**sources), plugins)


def test_a_value_of_such_a_type_is_read_once(read: Any, plugins: Plugins) -> None:
    config = read({"plugins": {"walk": {"reach": "2 km"}}}).config

    assert Distance(2000) == config.plugins["walk"]["reach"]
    assert (
        config.plugins["walk"]["reach"] is settings_of(Walk, config, plugins.settings_converter(Walk)).reach
    )
    assert config == load_config(config, plugins=plugins).config


def test_what_a_hook_refuses_is_a_fault_like_any_other(faults: Any) -> None:
    found = faults(
        {"plugins": {"walk": {"reach": "far", "stops": ["5 m", "2 miles"], "login": 5}}},
        toml="[plugins.walk]\ndetour = 7",
        PLACES_PLUGINS__WALK__LOGIN="no-colon-in-this",
    )

    assert (
        "plugins.walk.detour: got 7 (from places.toml line 2); allowed: Distance or nothing",
        "plugins.walk.login: got *** (from PLACES_PLUGINS__WALK__LOGIN); allowed: Login",
        "plugins.walk.login: got *** (from argument); allowed: Login",
        "plugins.walk.reach: got 'far' (from argument); allowed: a distance, such as '5 km'",
        "plugins.walk.stops: got ['5 m', '2 miles'] (from argument); allowed: a distance, such as '5 km'",
    ) == tuple(sorted(found))


def test_a_hook_is_called_when_the_settings_are_read_and_not_before() -> None:
    called = []

    @hookimpl
    def places_converters(converter: Any) -> None:
        called.append(converter)

    plugins = Plugins.load({}, [module(places_converters=places_converters)], installed=False)

    assert [] == called
    assert plugins.settings_converter(Walk) is plugins.settings_converter(Walk)
    assert [plugins.settings_converter(Walk)] == called


def test_the_types_of_a_plugin_are_its_own_affair(read: Any) -> None:
    @hookimpl
    def places_converters(converter: Any) -> None:
        converter.register_structure_hook_func(lambda kind: True, lambda value, kind: "HIJACKED")
        converter.register_structure_hook(str, lambda value, kind: "HIJACKED")

    plugins = Plugins.load({}, [module(places_converters=places_converters)], installed=False)
    config = load_config({}, environ={"PLACES_HTTP__HOST": "localhost"}, plugins=plugins).config

    assert "localhost" == config.http.host
    assert "memory" == config.cache.provider


def test_a_hook_that_would_never_run_is_a_failure() -> None:
    @hookimpl
    def places_converters(converter: Any) -> Any:
        yield converter

    plugins = Plugins.load({}, [module(places_converters=places_converters)], installed=False)
    plugins.settings_converter()

    (line,) = [each for each in plugins.report() if each.name == "walking"]
    assert ("failed", "places_converters must be a plain function") == (line.status, line.reason)


@hookimpl
def _broken(converter: Any) -> None:
    raise LookupError("no types today")


@pytest.fixture
def broken() -> Plugins:
    other = type("Other", (FakeBackend,), {"name": "other"})
    well = SimpleNamespace(places_backends=hookimpl(lambda: [other]), __name__="well")
    return Plugins.load({}, [module(places_converters=_broken), well], installed=False)


def test_a_plugin_that_cannot_register_its_types_is_left_out(broken: Plugins) -> None:
    section = {"walk": {"reach": "2 km"}}
    loaded = load_config({"backend": "other", "plugins": section}, environ={}, plugins=broken)
    status = {line.name: line for line in broken.report(loaded.config)}

    assert ("failed", "LookupError: no types today") == (status["walking"].status, status["walking"].reason)
    assert "loaded" == status["well"].status
    assert {"other"} == set(broken.providers("backends"))


async def test_whoever_asks_for_it_learns_why(broken: Plugins) -> None:
    expected = r"The plugin walking is not in use \(LookupError: no types today\)"

    with pytest.raises(PluginError, match=expected):
        async with Places.open({"backend": "walk"}, plugins=broken):
            pass


async def test_with_strict_plugins_it_is_an_error_at_once() -> None:
    environ = {"PLACES_STRICT_PLUGINS": "1"}
    plugins = Plugins.load(environ, [module(places_converters=_broken)], installed=False)

    with pytest.raises(PluginError, match="walking: LookupError: no types today"):
        async with Places.open({"backend": "walk"}, plugins=plugins):
            pass


def test_without_the_hook_nothing_is_taken_for_such_a_value() -> None:
    hookless = SimpleNamespace(places_backends=places_backends, __name__="walking")
    plugins = Plugins.load({}, [hookless], installed=False)

    with pytest.raises(ConfigError) as raised:
        load_config({"plugins": {"walk": {"reach": "2 km"}}}, environ={}, plugins=plugins)

    assert ("plugins.walk.reach: got '2 km' (from argument); allowed: a table",) == raised.value.faults
