"""Plugins are loaded one by one; what is unfit stays out and says why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import frozen

from places_core import hookimpl
from places_core.plugins import Plugins, PluginStatus
from places_core.ports import Backend, Cache, Metrics
from places_core.settings import CacheSettings, Config
from places_core.testing import FakeBackend


ORDINARY = """
from places_core import hookimpl
from places_core.testing import FakeBackend

class Mine(FakeBackend):
    name = {provider!r}

@hookimpl
def places_backends():
    return [Mine]
"""

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


def reason(*extra: object, name: str = "mine") -> str:
    plugins = load(*extra)

    assert "failed" == line(plugins, name).status
    assert {} == plugins.providers("backends")

    return line(plugins, name).reason


def test_the_built_in_providers_come_in_through_the_same_hooks() -> None:
    plugins = load()

    assert {"aiocache", "memory", "none"} == set(plugins.providers("caches"))
    assert "caches:memory" in line(plugins, "builtin").provides
    assert "places_caches" in line(plugins, "builtin").hooks


def test_a_module_that_is_handed_in_needs_no_installation() -> None:
    mine = backend()
    plugins = load(offering(mine))

    assert mine is plugins.provider("backends", "mine")
    assert ("loaded", ("places_backends",), ("backends:mine",)) == (
        line(plugins).status,
        line(plugins).hooks,
        line(plugins).provides,
    )


def test_an_installed_plugin_is_listed_with_its_distribution_and_version(install: Install) -> None:
    install("acme", ORDINARY.format(provider="acme"))
    plugins = Plugins.load({})

    assert ("loaded", "acme-acme", "1.5") == (
        line(plugins, "acme").status,
        line(plugins, "acme").distribution,
        line(plugins, "acme").version,
    )
    assert "acme" in plugins.providers("backends")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("raise RuntimeError('one\\n\\n  two')", "RuntimeError: one two"),
        ("1 +", "SyntaxError: "),
    ],
)
def test_a_plugin_that_cannot_be_imported_leaves_the_others_alone(
    install: Install, source: str, expected: str
) -> None:
    install("broken", source)
    install("whole", ORDINARY.format(provider="whole"))
    plugins = Plugins.load({})

    assert "failed" == line(plugins, "broken").status
    assert line(plugins, "broken").reason.startswith(expected)
    assert "\n" not in line(plugins, "broken").reason
    assert "whole" in plugins.providers("backends")


def test_of_two_plugins_with_one_name_the_first_by_distribution_stays(install: Install) -> None:
    install("twin", ORDINARY.format(provider="later"), distribution="b-twin")
    install("twin", ORDINARY.format(provider="first"), distribution="a-twin")
    plugins = Plugins.load({})

    first, second = (each for each in plugins.report() if each.name == "twin")
    assert ("a-twin", "loaded") == (first.distribution, first.status)
    assert "a-twin has brought a plugin of this name already" == second.reason
    assert "later" not in plugins.providers("backends")


def test_our_own_plugins_are_loaded_before_those_of_others(install: Install) -> None:
    install("aaa", ORDINARY.format(provider="redis"))
    install("zzz", ORDINARY.format(provider="redis"), distribution="places-redis")
    plugins = Plugins.load({})

    assert "backends:redis of 'aaa' is offered by 'zzz' already" == line(plugins, "aaa").reason


def test_a_provider_name_belongs_to_the_plugin_that_was_loaded_first() -> None:
    first, second = backend(), backend()
    plugins = load(offering(first, name="one"), offering(second, backend("other"), name="two"))

    assert first is plugins.provider("backends", "mine")
    assert "backends:mine of 'two' is offered by 'one' already" == line(plugins, "two").reason
    assert {"mine"} == set(plugins.providers("backends"))


def test_nobody_takes_the_place_of_a_built_in_provider() -> None:
    impostor = type("Impostor", (load().provider("caches", "memory"),), {})
    plugins = load(offering(impostor, slot="caches"))

    assert "caches:memory of 'mine' is offered by 'builtin' already" == line(plugins).reason
    assert impostor is not plugins.provider("caches", "memory")


def test_a_hook_that_does_not_exist_is_named_with_the_nearest() -> None:
    expected = "the hook places_backend does not exist; did you mean places_backends?"

    assert expected == reason(offering(backend(), slot="backend"))


def test_an_optional_hook_of_a_newer_core_does_no_harm() -> None:
    module = offering(backend())
    module.places_of_tomorrow = hookimpl(optionalhook=True)(lambda: None)

    assert "loaded" == line(load(module)).status


def test_a_hook_without_its_marker_is_noticed() -> None:
    def places_backends() -> list[type]:
        return [FakeBackend]

    module = SimpleNamespace(places_backends=places_backends, __name__="mine")

    assert "places_backends is not marked with @hookimpl" == reason(module)


def test_a_module_without_hooks_is_no_plugin() -> None:
    assert "there is no hook in it" == reason(SimpleNamespace(__name__="mine"))


def test_an_unfit_signature_is_refused() -> None:
    def places_backends(wanted: object) -> list[type]:
        return [FakeBackend]

    said = reason(SimpleNamespace(places_backends=hookimpl(places_backends), __name__="mine"))

    assert said.startswith("PluginValidationError: ")
    assert "wanted" in said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "places_backends returned None, and not a list of classes"),
        ("fake", "places_backends returned 'fake', and not a list of classes"),
        (["fake"], "places_backends returned 'fake', which is no subclass of Backend"),
        ([CacheSettings], "which is no subclass of Backend"),
        ({"fake": FakeBackend}, "places_backends returned 'fake', which is no subclass of Backend"),
        (FakeBackend, "and not a list of classes"),
    ],
)
def test_a_hook_that_gives_no_classes_is_refused(given: object, expected: str) -> None:
    def places_backends() -> Any:
        return given

    said = reason(SimpleNamespace(places_backends=hookimpl(places_backends), __name__="mine"))

    assert expected in said


def test_a_hook_that_raises_is_refused() -> None:
    def places_backends() -> Any:
        raise LookupError("no licence")

    said = reason(SimpleNamespace(places_backends=hookimpl(places_backends), __name__="mine"))

    assert "LookupError: no licence" == said


def test_a_hook_that_is_async_is_refused() -> None:
    async def places_backends() -> Any:
        return [FakeBackend]

    said = reason(SimpleNamespace(places_backends=hookimpl(places_backends), __name__="mine"))

    assert "places_backends is async: hooks are called, not awaited" == said


def test_a_generator_of_classes_will_do() -> None:
    def places_backends() -> Any:
        yield FakeBackend

    plugins = load(SimpleNamespace(places_backends=hookimpl(places_backends), __name__="mine"))

    assert {"fake"} == set(plugins.providers("backends"))


class Unfinished(Cache):
    name = "unfinished"

    async def get(self, key: str) -> bytes | None:
        return None


class Nameless(Metrics):
    def record(self, event: object) -> None: ...

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Any, context: Any) -> Any:
        yield cls()


@frozen
class Unreadable:
    path: "NoSuchType"  # type: ignore[name-defined]  # noqa: F821, UP037


class Unbound(FakeBackend):
    name = "unbound"

    def open(self, settings: Any, context: Any) -> Any: ...  # type: ignore[override]


@pytest.mark.parametrize(
    ("slot", "cls", "expected"),
    [
        ("caches", Unfinished, "Unfinished does not implement clear, delete, open, set, stats, ttl"),
        ("metrics", Nameless, "Nameless.name is None; allowed: "),
        ("backends", backend("Upper"), "Mine.name is 'Upper'; allowed: "),
        ("backends", backend("auto"), "Mine.name is 'auto'; allowed: "),
        ("backends", backend(Settings=dict), "Mine.Settings is <class 'dict'>, and not an attrs class"),
        ("backends", backend(Settings=None), "Mine.Settings is None, and not an attrs class"),
        ("backends", backend(Settings=Unreadable), "the annotations of Mine.Settings cannot be read: "),
        ("backends", Unbound, "Unbound.open is not a classmethod"),
    ],
)
def test_a_class_that_is_no_working_provider_is_refused(slot: str, cls: type, expected: str) -> None:
    plugins = load(offering(cls, slot=slot))

    assert "failed" == line(plugins).status
    assert line(plugins).reason.startswith(expected)


def test_the_traceback_of_a_plugin_is_there_for_those_who_log_all(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="places_core")
    load(SimpleNamespace(__name__="mine"))

    assert "The plugin mine is left out" == caplog.records[-1].getMessage()
    assert caplog.records[-1].exc_info is not None


def test_plugins_are_loaded_in_the_same_order_every_time(install: Install) -> None:
    for name in ("charlie", "alpha", "bravo"):
        install(name, ORDINARY.format(provider=name))

    names = [each.name for each in Plugins.load({}).report()]

    assert ["alpha", "bravo", "charlie"] == [name for name in names if name in ("alpha", "bravo", "charlie")]
    assert "builtin" == names[0]
