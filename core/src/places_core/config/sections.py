"""The sections `[plugins.NAME]`, each against the settings class of its provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..convert.kinds import UnfitError
from ..convert.structure import build, settings_in
from ..errors import ConfigError
from ..ports import NoSettings
from ..settings import Config


def settings_of(provider: type[Any], config: Config) -> Any:
    """Give the settings of a provider class from its section.

    What another provider of the same name reads from the section is passed over: `load_config` has
    checked the names. Raises `ConfigError` with every fault.
    """
    prefix, cls = f"plugins.{provider.name}.", getattr(provider, "Settings", NoSettings)
    given = dict(flattened(config.plugins.get(provider.name, {})))
    accepted, faults = {}, []
    for setting in settings_in(cls, prefix):
        key = setting.path.removeprefix(prefix)
        try:
            if key in given:
                accepted[setting.path] = setting.accept(given[key])
            elif setting.required:
                faults.append(setting.missing())
        except UnfitError as unfit:
            faults.append(setting.fault(repr(given[key]), unfit.allowed))
    if faults:
        raise ConfigError(*faults)
    try:
        return build(cls, accepted, prefix)
    except UnfitError as unfit:
        raise ConfigError(f"plugins.{provider.name}: {unfit.allowed}") from unfit


def flattened(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Walk a section by dotted keys; a table comes out both whole and in parts."""
    for key, value in values.items():
        yield f"{prefix}{key}", value
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{key}.")


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn dotted keys into tables again."""
    tables: dict[str, Any] = {}
    for path, value in values.items():
        *parents, key = path.split(".")
        table = tables
        for parent in parents:
            table = table.setdefault(parent, {})
        table[key] = value
    return tables
