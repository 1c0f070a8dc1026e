"""Every setting that the core and the plugins of this stack know, by its dotted path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from attrs import Factory, evolve, frozen

from ..convert.settings import NAME, Setting, is_section, settings_in
from ..convert.values import InvalidValue, Text
from ..errors import ConfigError
from ..logs import register_secret
from ..plugins import Plugins
from ..plugins.extras import extras, pip_command
from ..settings import Config
from ..text.redaction import MASK
from ..text.suggestions import meant, nearest


if TYPE_CHECKING:
    from ..convert import Converter

PREFIX = "PLACES_"
_RATES = "limiter.backends"


@frozen
class SettingValue:
    """A value that a source gives for a path; a `Text` if it comes from the environment."""

    path: str
    value: Any
    origin: str
    """Where it came from: a file, a variable, or `argument`."""
    place: str
    """The origin in detail, with the line or the variable."""
    shown: str | None = None
    """What was written, if `value` was derived from it."""
    allowed: str | None = None
    """What is allowed, if that is not what the setting itself allows."""

    def fault(self, error: InvalidValue) -> str:
        shown, allowed = self.shown or error.shown, self.allowed or error.allowed
        return f"{self.path}: got {shown} (from {self.place}); allowed: {allowed}"


@frozen
class Schema:
    """What may be set. The sections of plugins that are installed but not in use cannot be checked."""

    converters: dict[str, Converter]
    """How each setting is read."""
    settings: dict[str, Setting]
    sections: frozenset[str]
    """The names of the plugin sections that can be checked."""
    backends: frozenset[str]
    """The names of the backends, each of which may have a rate of its own."""
    unchecked: frozenset[str]
    variables: dict[str, str] = Factory(
        lambda self: {variable(path): path for path in self.settings}, takes_self=True
    )

    @classmethod
    def of(cls, plugins: Plugins) -> Self:
        converter = plugins.settings_converter()
        section = partial(is_section, converter=converter)
        backends = frozenset(plugins.providers("backends"))
        given = chain.from_iterable(_named(each, backends) for each in settings_in(Config, "", section))
        settings = {each.path: each for each in given if each.path != "plugins"}
        converters = dict.fromkeys(settings, converter)
        sections = set()
        for _, name, owner, own in plugins.settings_classes():
            sections.add(name)
            for setting in settings_in(owner, f"plugins.{name}.", partial(is_section, converter=own)):
                settings.setdefault(setting.path, setting)
                converters.setdefault(setting.path, own)
        absent = [line for line in plugins.report() if line.status in ("blocked", "failed")]
        idle = {line.name for line in absent}
        idle |= {offer.partition(":")[2] for line in absent for offer in line.provides}
        return cls(converters, settings, frozenset(sections), backends, frozenset(idle - sections))

    def read(self, value: SettingValue) -> Any:
        """Return a value as its setting holds it, and register secrets; raises `ConfigError`."""
        setting = self.settings.get(value.path)
        if setting is None and self.is_unchecked(value.path):
            return self._unchecked(value)
        if setting is None:
            raise ConfigError(self.unknown(value))
        try:
            read = setting.read(self.converters[value.path], value.value)
        except InvalidValue as error:
            raise ConfigError(value.fault(error)) from None
        if setting.secret:
            many = read if isinstance(read, (list, tuple)) else ()
            for text in (each for each in (value.value, *many) if isinstance(each, str)):
                register_secret(text)
        return read

    def _unchecked(self, value: SettingValue) -> Any:
        """Return what is in the section of a plugin that is not in use; only the section must be a table."""
        if value.path.count(".") > 1 or isinstance(value.value, Mapping):
            return value.value
        raise ConfigError(value.fault(InvalidValue("a table", MASK)))

    def is_section(self, path: str) -> bool:
        return (
            path in ("plugins", _RATES)
            or path.removeprefix("plugins.") in self.unchecked | self.sections
            or any(key.startswith(f"{path}.") for key in self.settings)
        )

    def is_unchecked(self, path: str) -> bool:
        _, name = _in_table(path)
        return any(name in (idle, idle.replace("-", "_")) for idle in self.unchecked)

    def unknown(self, value: SettingValue) -> str:
        """Return the fault of a path that is no setting, with what was probably meant."""
        path, place = value.path, value.place
        if self.is_section(path):
            # What is given instead of a whole section may be a secret.
            shown = MASK if re.fullmatch(r"plugins(\.[^.]+)?", path) else repr(value.value)
            return value.fault(InvalidValue("a table", shown))
        table, name = _in_table(path)
        kind, known = ("plugin", self.sections) if table == "plugins" else ("backend", self.backends)
        if table and name not in known:
            hint = f"; install it with: {pip_command(name)}" if name in extras() else meant(name, known)
            return f"{table}.{name}: no {kind} of that name is installed (from {place}){hint}"
        return f"{path}: there is no such setting (from {place}){self._meant(value)}"

    def _meant(self, value: SettingValue) -> str:
        """Look for the name beside the wrong one, then everywhere; in the spelling of its source."""
        if isinstance(value.value, Text):
            name = nearest(value.path, self.settings)
            return f"; did you mean {variable(name)}?" if name else ""
        section = value.path.rpartition(".")[0]
        inside = f"{section}." if self.is_section(section) else ""
        keys = (key.removeprefix(inside) for key in self.settings if key.startswith(inside))
        siblings = list(dict.fromkeys(key.partition(".")[0] for key in keys))
        beside = meant(value.path, [inside + name for name in siblings])
        return beside or meant(value.path, self.settings) or f"; there are: {', '.join(siblings)}"


def _named(setting: Setting, names: Iterable[str]) -> Iterator[Setting]:
    """Yield the setting, for each of the names if it is one in a table of sections."""
    if NAME in setting.path.split("."):
        yield from (evolve(setting, path=setting.path.replace(NAME, name)) for name in names)
    else:
        yield setting


def _in_table(path: str) -> tuple[str, str]:
    """Return the table that a path leads into and the name in it, or two empty strings."""
    for table in ("plugins", _RATES):
        if path.startswith(f"{table}."):
            return table, path.removeprefix(f"{table}.").partition(".")[0]
    return "", ""


def variable(path: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + path.replace(".", "__").replace("-", "_").upper()
