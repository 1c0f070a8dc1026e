"""Every setting that the core and the plugins of this stack know, by its dotted path."""

from __future__ import annotations

from typing import Any, Self

from attrs import Factory, frozen

from ..convert.kinds import UnfitError
from ..convert.structure import Setting, settings_in
from ..plugins import Plugins
from ..plugins.extras import extras, pip_command
from ..plugins.validation import SLOTS
from ..settings import Config
from ..text.suggestions import meant, nearest


PREFIX = "PLACES_"


@frozen
class Given:
    """A value that a source gives for a path; `text` is still to be read as the setting's kind."""

    path: str
    value: Any
    origin: str
    """Where it came from: a file, a variable, or `argument`."""
    place: str
    """The same as exactly as it is known, with the line or the variable."""
    text: bool = False
    shown: str | None = None
    """What was written, where `value` was worked out from it."""
    allowed: str | None = None
    """What would have done, where that is not what the setting itself allows."""

    def accepted(self, setting: Setting) -> Any:
        """Give the value as the setting holds it, or raise `UnfitError`."""
        return setting.accept(self._read(setting))

    def fault(self, setting: Setting, unfit: UnfitError) -> str:
        value = self._read(setting)
        written = self.value if self.text and not isinstance(value, str) else repr(value)
        return setting.fault(self.shown or written, self.allowed or unfit.allowed, self.place)

    def _read(self, setting: Setting) -> Any:
        return setting.read(self.value) if self.text else self.value


@frozen
class Schema:
    """What may be set. The sections of plugins that are installed but not in use cannot be checked."""

    settings: dict[str, Setting]
    classes: dict[str, list[type[Any]]]
    unchecked: frozenset[str]
    variables: dict[str, str] = Factory(
        lambda self: {variable(path): path for path in self.settings}, takes_self=True
    )

    @classmethod
    def of(cls, plugins: Plugins) -> Self:
        classes = _settings_classes(plugins)
        settings = {each.path: each for each in settings_in(Config) if each.path != "plugins"}
        for name, owners in classes.items():
            for setting in (each for owner in owners for each in settings_in(owner, f"plugins.{name}.")):
                settings.setdefault(setting.path, setting)
        idle = frozenset(line.name for line in plugins.report() if line.status in ("blocked", "failed"))
        return cls(settings, classes, idle - set(classes))

    def is_section(self, path: str) -> bool:
        return (
            path == "plugins"
            or path.removeprefix("plugins.") in self.unchecked.union(self.classes)
            or any(key.startswith(f"{path}.") for key in self.settings)
        )

    def is_unchecked(self, path: str) -> bool:
        head, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        return head == "plugins" and any(name in (idle, idle.replace("-", "_")) for idle in self.unchecked)

    def unknown(self, given: Given) -> str:
        """Say what is wrong with a path that nobody knows, and what was probably meant."""
        path, place = given.path, given.place
        if self.is_section(path):
            return f"{path}: got {given.value!r} (from {place}); allowed: a table"
        section, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if section == "plugins" and name not in self.classes:
            hint = (
                f"; install it with: {pip_command(name)}" if name in extras() else meant(name, self.classes)
            )
            return f"plugins.{name}: no plugin of that name is installed (from {place}){hint}"
        return f"{path}: there is no such setting (from {place}){self._meant(given)}"

    def _meant(self, given: Given) -> str:
        """Look for the name beside the wrong one, then everywhere; in the spelling of its source."""
        inside, siblings = self._beside(given.path)
        if given.text:
            name = nearest(given.path, self.settings)
            return f"; did you mean {variable(name)}?" if name else ""
        beside = meant(given.path, [inside + name for name in siblings])
        return beside or meant(given.path, self.settings) or f"; there are: {', '.join(siblings)}"

    def _beside(self, path: str) -> tuple[str, list[str]]:
        section = path.rpartition(".")[0]
        inside = f"{section}." if section and self.is_section(section) else ""
        names = (
            key.removeprefix(inside).partition(".")[0] for key in self.settings if key.startswith(inside)
        )
        return inside, list(dict.fromkeys(names))


def variable(path: str) -> str:
    """Give the environment variable of a setting."""
    return PREFIX + path.replace(".", "__").replace("-", "_").upper()


def _settings_classes(plugins: Plugins) -> dict[str, list[type[Any]]]:
    """Gather the settings classes by section; providers of one name share it."""
    classes: dict[str, list[type[Any]]] = {}
    for slot in SLOTS:
        for name, provider in plugins.providers(slot).items():
            owners, owner = classes.setdefault(name, []), getattr(provider, "Settings", None)
            if owner is not None and owner not in owners:
                owners.append(owner)
    return classes
