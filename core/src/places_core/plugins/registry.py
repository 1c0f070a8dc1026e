"""The plugins that were found, and what they offer."""

from __future__ import annotations

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
    _converter: Converter | None = None

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

    def settings_classes(self) -> Iterator[tuple[str, str, type[Any]]]:
        """Yield the slot, the name and the settings class of each provider."""
        for slot, classes in self._classes.items():
            for name, cls in classes.items():
                yield slot, name, getattr(cls, "Settings", NoSettings)

    def settings_converter(self) -> Converter:
        """Return the converter for settings; on first use, each plugin registers its own types.

        A plugin whose hook raises is listed as failed, and its providers are withdrawn.
        """
        if self._converter is None:
            self._converter = converter(configure_settings)
            for line in self._call_each("places_converters", converter=self._converter):
                for slot, _, name in (key.partition(":") for key in line.provides):
                    del self._classes[slot][name]
        return self._converter

    def add_commands(self, commands: Commands) -> None:
        """Let each plugin add its subcommands; one that cannot is listed as failed."""
        tuple(self._call_each("places_commands", cli=commands))

    def _call_each(self, hook: str, **arguments: object) -> Iterator[PluginStatus]:
        """Call a hook in every plugin by itself; yields those that failed."""
        for implementation in getattr(self.hook, hook).get_hookimpls():
            names = {*implementation.argnames, *implementation.kwargnames}
            try:
                implementation.function(**{name: arguments[name] for name in names & arguments.keys()})
            except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin may fail in any way, and only itself
                line = self._loaded[implementation.plugin_name]
                self._loaded[line.name] = evolve(line, status="failed", reason=_reason(error, line))
                yield self._loaded[line.name]

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
