"""The plugins that were found, and what they offer."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import pluggy
from attrs import Factory, define, evolve

from .. import hookspecs
from ..convert import configure_settings, converter
from ..environment import environment
from ..errors import PluginError
from ..ports import Commands, NoSettings
from ..settings import Config
from ..text.suggestions import meant
from .discovery import Candidate, candidates
from .filter import PluginFilter
from .selection import selected
from .status import PluginStatus
from .unknown import unknown_provider
from .validation import SLOTS, check_hooks, offered


if TYPE_CHECKING:
    from ..convert import Converter

_log = logging.getLogger(__name__)

_CALLED_BY_NAME = {"places_adapters", "places_commands", "places_key_sources"}


def _no_plugins() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("places")
    manager.add_hookspecs(hookspecs)
    return manager


@define
class Plugins:
    """The plugins of one stack; made by `Plugins.load`."""

    is_strict: bool = False
    """Whether `PLACES_STRICT_PLUGINS` makes a plugin that fails an error."""
    _pluggy: pluggy.PluginManager = Factory(_no_plugins)
    _loaded: dict[str, PluginStatus] = Factory(dict)
    _kept_out: list[PluginStatus] = Factory(list)
    _classes: dict[str, dict[str, type[Any]]] = Factory(lambda: {slot: {} for slot in SLOTS})
    _converters: dict[type[Any] | None, Converter] | None = None
    """By the provider classes whose plugins have types of their own; None stands for all others."""

    @classmethod
    def load(
        cls,
        environ: Mapping[str, str] | None = None,
        extra: Iterable[object] = (),
        *,
        installed: bool = True,
        strict: bool | None = None,
    ) -> Self:
        """Load what is built in, what is installed, then `extra`: modules or namespaces with hookimpls.

        A plugin that is not fit is left out, with the reason in `report()`. `strict`, by default what
        `PLACES_STRICT_PLUGINS` says, makes any such plugin a `PluginError`.
        """
        rules = PluginFilter.of(environment() if environ is None else environ)
        plugins = cls(is_strict=rules.strict)
        for candidate in candidates(extra, installed=installed):
            plugins._admit(candidate, rules)
        plugins._note_missing(rules.only)
        if rules.strict if strict is None else strict:
            plugins.raise_on_failure()
        return plugins

    @property
    def hook(self) -> pluggy.HookRelay:
        return self._pluggy.hook

    def providers(self, slot: str) -> dict[str, type[Any]]:
        """Return the classes of a slot (`backends`, `caches`, `adapters` …) by name."""
        return dict(self._classes[slot])

    def provider(self, slot: str, name: str) -> type[Any]:
        """Return one class; raises `PluginError`, which says what to install, if no plugin offers it."""
        if name not in self._classes[slot]:
            raise unknown_provider(slot, name, tuple(self._classes[slot]), self.report())
        return self._classes[slot][name]

    def report(self, config: Config | None = None) -> list[PluginStatus]:
        """List all plugins; with `config`, a plugin that it makes no use of is `unused`."""
        chosen = selected(config, self._classes["backends"]) if config else None
        used = [
            line if chosen is None or _in_use(line, chosen) else evolve(line, status="unused")
            for line in self._loaded.values()
        ]
        return [*used, *self._kept_out]

    def raise_on_failure(self) -> None:
        """Raise a `PluginError` with the reasons of all plugins that failed, if any did."""
        if failed := [f"{line.name}: {line.reason}" for line in self.report() if line.status == "failed"]:
            raise PluginError("\n".join(failed))

    def settings_classes(self) -> Iterator[tuple[str, str, type[Any], Converter]]:
        """Yield the slot, the name, the settings class and the converter of each provider."""
        self.settings_converter()  # withdraws the providers whose plugin fails now
        for slot, classes in self._classes.items():
            for name, cls in classes.items():
                yield slot, name, getattr(cls, "Settings", NoSettings), self.settings_converter(cls)

    def settings_converter(self, provider: type[Any] | None = None) -> Converter:
        """Return the converter for the settings of a provider class, or for those of the core.

        Each plugin has one of its own, so that the types it registers concern nobody else. On first use, the
        plugins register them; one whose hook raises is listed as failed, and its providers are withdrawn.
        """
        if self._converters is None:
            self._converters = {None: converter(configure_settings)}
            for each in self.hook.places_converters.get_hookimpls():
                self._register_types(each, converter(configure_settings))
        return self._converters.get(provider) or self._converters[None]

    def add_commands(self, commands: Commands) -> None:
        """Let each plugin add its subcommands; one that cannot is listed as failed."""
        for each in self.hook.places_commands.get_hookimpls():
            self._succeeds(each, cli=commands)

    def _register_types(self, implementation: pluggy.HookImpl, own: Converter) -> None:
        assert self._converters is not None  # noqa: S101
        line, worked = self._loaded[implementation.plugin_name], self._succeeds(implementation, converter=own)
        for slot, _, name in (key.partition(":") for key in line.provides):
            if worked:
                self._converters[self._classes[slot][name]] = own
            else:
                del self._classes[slot][name]

    def _succeeds(self, implementation: pluggy.HookImpl, **arguments: object) -> bool:
        """Call a hook of one plugin, and list the plugin as failed if it raises."""
        names = {*implementation.argnames, *implementation.kwargnames} & arguments.keys()
        try:
            returned = implementation.function(**{name: arguments[name] for name in names})
            if inspect.isgenerator(returned) or inspect.iscoroutine(returned):
                returned.close()
                raise PluginError(f"{implementation.function.__name__} must be a plain function")
        except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin may fail in any way, and only itself
            line = self._loaded[implementation.plugin_name]
            self._loaded[line.name] = evolve(line, status="failed", reason=_reason(error, line))
            return False
        return True

    def _admit(self, candidate: Candidate, rules: PluginFilter) -> None:
        line = PluginStatus(candidate.name, "loaded", candidate.distribution, candidate.version)
        if reason := rules.blocks(line.name):
            self._kept_out.append(evolve(line, status="blocked", reason=reason))
            return
        try:
            self._loaded[line.name] = self._take(candidate, line)
        except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin may fail in any way, and only itself
            self._kept_out.append(evolve(line, status="failed", reason=_reason(error, line)))

    def _take(self, candidate: Candidate, line: PluginStatus) -> PluginStatus:
        if other := self._loaded.get(line.name):
            raise PluginError(
                f"{other.distribution or 'another module'} has brought a plugin of this name already"
            )
        plugin = candidate.load()
        check_hooks(plugin)
        self._pluggy.register(plugin, line.name)
        with ExitStack() as undo:
            undo.callback(self._pluggy.unregister, plugin)
            taken = self._take_offers(plugin, line)
            undo.pop_all()
        return taken

    def _take_offers(self, plugin: object, line: PluginStatus) -> PluginStatus:
        hooks = self._pluggy.get_hookcallers(plugin) or []
        offers: dict[str, type[Any]] = {}
        for hook in hooks:
            slot = hook.name.removeprefix("places_")
            own = [each for each in hook.get_hookimpls() if each.plugin is plugin]
            for cls in (cls for each in own if slot in SLOTS for cls in offered(hook.name, each)):
                if owner := self._owner(key := f"{slot}:{cls.name}") or (
                    line.name if key in offers else None
                ):
                    raise PluginError(f"{key} of {line.name!r} is offered by {owner!r} already")
                offers[key] = cls
        for key, cls in offers.items():
            slot, _, name = key.partition(":")
            self._classes[slot][name] = cls
        return evolve(line, hooks=tuple(hook.name for hook in hooks), provides=tuple(offers))

    def _owner(self, key: str) -> str | None:
        return next((line.name for line in self._loaded.values() if key in line.provides), None)

    def _note_missing(self, named: Iterable[str]) -> None:
        """Report names in `PLACES_LOAD_PLUGINS` that match no plugin, since they are probably typos."""
        known = {line.name for line in self.report()}
        self._kept_out += [
            PluginStatus(
                name, "failed", reason=f"named in PLACES_LOAD_PLUGINS, not installed{meant(name, known)}"
            )
            for name in named
            if name not in known
        ]


def _in_use(line: PluginStatus, chosen: set[tuple[str, str]]) -> bool:
    """Whether the plugin is in use; adapters, commands and key sources are called by name."""
    if line.status != "loaded" or not _CALLED_BY_NAME.isdisjoint(line.hooks):
        return True
    return any(f"{slot}:{name}" in line.provides for slot, name in chosen)


def _reason(error: BaseException, line: PluginStatus) -> str:
    """Put the error on one line; the traceback is logged at DEBUG."""
    _log.debug("The plugin %s is left out", line.name, exc_info=error)
    message = " ".join(str(error).split())
    return message if isinstance(error, PluginError) else f"{type(error).__name__}: {message}"
