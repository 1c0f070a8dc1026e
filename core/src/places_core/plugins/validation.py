"""What a plugin must be to get in; each check raises an error that says what is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any, get_type_hints

import attrs
import pluggy

from .. import hookspecs
from ..errors import PluginError
from ..ports import Adapter, Backend, Breaker, Cache, KeySource, Limiter, Metrics, Provider
from ..text.suggestions import meant


SLOTS: dict[str, type] = {
    "backends": Backend,
    "caches": Cache,
    "limiters": Limiter,
    "breakers": Breaker,
    "metrics": Metrics,
    "adapters": Adapter,
    "key_sources": KeySource,
}
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def known_hooks() -> tuple[str, ...]:
    return tuple(name for name in vars(hookspecs) if name.startswith("places_"))


def check_hooks(plugin: object) -> None:
    """Refuse a plugin without hooks, with a hook that does not exist, or with one that is not marked."""
    marked = dict(_marked(plugin))
    for name in known_hooks():
        if name not in marked and inspect.isroutine(getattr(plugin, name, None)):
            raise PluginError(f"{name} is not marked with @hookimpl")
    if not marked:
        raise PluginError("there is no hook in it")
    for name, options in marked.items():
        hook = options["specname"] or name
        if hook not in known_hooks() and not options["optionalhook"]:
            raise PluginError(f"the hook {hook} does not exist{meant(hook, known_hooks())}")


def offered(hook: str, implementation: pluggy.HookImpl) -> tuple[type[Any], ...]:
    """Call a hook that offers classes and check every one of them."""
    if implementation.wrapper or implementation.hookwrapper:
        raise PluginError(f"{hook} is a wrapper, which no hook here needs")
    given = implementation.function()
    if inspect.iscoroutine(given):
        given.close()
        raise PluginError(f"{hook} is async: hooks are called, not awaited")
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise PluginError(f"{hook} returned {given!r}, and not a list of classes")
    classes = tuple(given)
    for cls in classes:
        _check_class(cls, hook)
    return classes


def _marked(plugin: object) -> Iterator[tuple[str, Any]]:
    for name in dir(plugin):
        options = getattr(getattr(plugin, name, None), "places_impl", None)
        if isinstance(options, dict):
            yield name, options


def _check_class(cls: Any, hook: str) -> None:
    port = SLOTS[hook.removeprefix("places_")]
    if not isinstance(cls, type) or not issubclass(cls, port):
        raise PluginError(f"{hook} returned {cls!r}, which is no subclass of {port.__name__}")
    if missing := sorted(getattr(cls, "__abstractmethods__", ())):
        raise PluginError(f"{cls.__name__} does not implement {', '.join(missing)}")
    name = getattr(cls, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == "auto":
        raise PluginError(
            f"{cls.__name__}.name is {name!r}; allowed: lower-case letters, digits, - and _; not auto"
        )
    if issubclass(cls, Provider):
        _check_provider(cls)


def _check_provider(cls: type[Provider]) -> None:
    if not inspect.ismethod(cls.open):
        raise PluginError(f"{cls.__name__}.open is not a classmethod")
    if not isinstance(cls.Settings, type) or not attrs.has(cls.Settings):
        raise PluginError(f"{cls.__name__}.Settings is {cls.Settings!r}, and not an attrs class")
    try:
        _check_annotations(cls.Settings)
    except (NameError, TypeError) as error:
        raise PluginError(f"the annotations of {cls.__name__}.Settings cannot be read: {error}") from error


def _check_annotations(cls: type) -> None:
    for kind in get_type_hints(cls).values():
        if isinstance(kind, type) and attrs.has(kind):
            _check_annotations(kind)
