"""Settings from the environment and from `.env`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import define, evolve

from ..convert.values import Text
from ..plugins.filter import VARIABLES as PLUGIN_VARIABLES
from .aliases import PATHS, from_aliases
from .schema import PREFIX, Schema, SettingValue


RESERVED = frozenset(("PLACES_CONFIG", *PLUGIN_VARIABLES))

# Kubernetes sets PLACES_SERVICE_HOST, PLACES_PORT and their like in the pods beside a service "places".
_OF_KUBERNETES = re.compile(r"PLACES_([A-Z0-9]+_)*?(SERVICE_HOST|SERVICE_PORT|PORT)(_[A-Z0-9]+)*")


@define
class Variables:
    """Reads settings from variables; adds what cannot be read to `faults`, what is left out to `ignored`."""

    _schema: Schema
    _cwd: Path
    _faults: list[str]
    _ignored: dict[str, str]

    def read(self, dotenv: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[SettingValue]:
        """Yield the settings in rising order: aliases, then `.env`, then the environment."""
        beneath, above = self._known(dotenv, ".env"), self._known(environ, "")
        yield from from_aliases({**beneath, **above})
        for variables, known, file in ((dotenv, beneath, ".env"), (environ, above, "")):
            for name, value in known.items():
                if name in self._schema.variables:
                    yield evolve(value, path=self._schema.variables[name])
            for name, text in variables.items():
                if name.startswith(PREFIX) and not self._is_known(name):
                    yield _value(name.removeprefix(PREFIX).lower().replace("__", "."), text, name, file)

    def _known(self, variables: Mapping[str, str], file: str) -> dict[str, SettingValue]:
        """Gather the variables that mean something here; `X_FILE` is where the value of `X` is kept."""
        known: dict[str, SettingValue] = {}
        for name, text in variables.items():
            base = self._base(name)
            if base is None or not self._applies(base, name, text):
                continue
            value = _value(base, text, name, file)
            if base in known:
                where = file or "environment"
                self._faults.append(f"{base} and {base}_FILE are both set (from {where}); keep one")
            elif found := value if base == name else self._from_file(value):
                known[base] = found
        return known

    def _base(self, name: str) -> str | None:
        """Find what a variable sets: a setting that holds a path, such as `api_key_file`, gets the path."""
        known = [
            base
            for base in (name, name.removesuffix("_FILE"))
            if base in self._schema.variables or base in PATHS
        ]
        here = (base for base in known if PATHS.get(base) is None or PATHS[base] in self._schema.settings)
        return next(here, next(iter(known), None))

    def _applies(self, base: str, name: str, text: str) -> bool:
        """An alias counts where it is not empty, and its plugin is there: other programs use it too."""
        path = PATHS.get(base)
        if path is None:
            return True
        if path not in self._schema.settings and text.strip():
            self._ignored[path] = f"{name} is ignored: no plugin {path.split('.')[1]} is in use"
        return bool(text.strip()) and path in self._schema.settings

    def _from_file(self, value: SettingValue) -> SettingValue | None:
        """Read the file that a variable names."""
        try:
            text = (self._cwd / value.value.strip()).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            path = self._schema.variables.get(value.path) or PATHS[value.path]
            reason = getattr(error, "strerror", None) or error
            named = f"{value.place} names the file {str(value.value)!r}"
            self._faults.append(f"{path}: {named}, which cannot be read: {reason}")
            return None
        return evolve(value, value=Text(text))

    def _is_known(self, name: str) -> bool:
        return name in RESERVED or self._base(name) is not None or bool(_OF_KUBERNETES.fullmatch(name))


def _value(path: str, text: str, name: str, file: str) -> SettingValue:
    return SettingValue(path, Text(text), file or name, f"{file}: {name}" if file else name)
