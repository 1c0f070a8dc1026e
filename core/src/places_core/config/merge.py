"""The values of all sources by their paths, and the settings classes that they make up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ..convert import configure_settings
from ..convert import converter as new_converter
from ..convert.settings import faults_in
from ..convert.values import InvalidValue
from ..errors import ConfigError
from ..plugins import Plugins
from ..plugins.selection import selected
from ..ports import NoSettings
from ..settings import Config
from .schema import Schema, SettingValue


if TYPE_CHECKING:
    from ..convert import Converter

Values = dict[str, SettingValue]  # by their dotted paths

_without_plugins = cache(lambda: new_converter(configure_settings))


def merge(given: Iterable[SettingValue], schema: Schema) -> tuple[Values, dict[str, list[str]]]:
    """Read every value, lowest source first; return the last value of each path, and all faults by path."""
    values: Values = {}
    faults: dict[str, list[str]] = {}
    for each in given:
        try:
            values[each.path] = evolve(each, value=schema.read(each))
        except ConfigError as error:
            faults.setdefault(each.path, []).extend(error.faults)
    return values, faults


def tables(values: Values) -> dict[str, Any]:
    """Turn dotted paths into tables."""
    root: dict[str, Any] = {}
    for path, each in values.items():
        *parents, key = path.split(".")
        table = root
        for parent in parents:
            if not isinstance(table.get(parent), dict):
                table[parent] = {}
            table = table[parent]
        table[key] = each.value
    return root


def structured(table: Mapping[str, Any], cls: type[Any], converter: Converter, *path: str) -> Any:
    """Return the `cls` that the table at `path` describes; raises `ConfigError` with every fault."""
    try:
        return converter.structure(table, cls)
    except (InvalidValue, ExceptionGroup) as error:
        raise ConfigError(*faults_in(error, ".".join(path))) from None


def settings_of(provider: type[Any], config: Config, converter: Converter | None = None) -> Any:
    """Return the settings of a provider class from its section; `converter` knows the types of the plugins.

    Names that the class does not have are ignored: `load_config` has checked them, and another provider may
    share the section. Raises `ConfigError` with every fault.
    """
    name, cls = provider.name, getattr(provider, "Settings", NoSettings)
    return structured(config.plugins.get(name, {}), cls, converter or _without_plugins(), "plugins", name)


def section_faults(
    config: Config, values: Values, refused: Collection[str], schema: Schema, plugins: Plugins
) -> Iterator[str]:
    """Check each section as a whole that has no fault so far and is complete, or is in use."""
    chosen = selected(config, plugins.providers("backends"))
    for slot, name, cls, converter in plugins.settings_classes():
        own = {path: each for path, each in schema.settings.items() if path.startswith(f"plugins.{name}.")}
        is_chosen = (slot, name) in chosen
        is_complete = all(path in values for path, each in own.items() if each.required)
        if own.keys().isdisjoint(refused) and (is_chosen or (is_complete and name in config.plugins)):
            try:
                structured(config.plugins.get(name, {}), cls, converter, "plugins", name)
            except ConfigError as error:
                yield from error.faults
