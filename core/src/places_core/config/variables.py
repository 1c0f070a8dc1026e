"""Settings from the environment and from `.env`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import Factory, define

from ..plugins.filter import VARIABLES as PLUGIN_VARIABLES
from .aliases import PATHS, Variable, from_aliases
from .schema import PREFIX, Given, Schema


RESERVED = frozenset(("PLACES_CONFIG", *PLUGIN_VARIABLES))

# Kubernetes sets PLACES_SERVICE_HOST, PLACES_PORT and their like in the pods beside a service "places".
_OF_KUBERNETES = re.compile(r"PLACES_([A-Z0-9]+_)*?(SERVICE_HOST|SERVICE_PORT|PORT)(_[A-Z0-9]+)*")


@define
class Variables:
    """Reads variables into settings, and collects what cannot be read."""

    _schema: Schema
    _cwd: Path
    faults: list[str] = Factory(list)
    ignored: dict[str, str] = Factory(dict)
    """The settings of absent plugins that an alias would set, and a note about each."""

    def read(self, dotenv: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[Given]:
        """Give the settings in rising order: aliases, then `.env`, then the environment."""
        beneath, above = self._known(dotenv, ".env"), self._known(environ, "")
        yield from from_aliases({**beneath, **above})
        for variables, known, file in ((dotenv, beneath, ".env"), (environ, above, "")):
            for name, variable in known.items():
                if name in self._schema.variables:
                    yield variable.gives(self._schema.variables[name])
            yield from self._unknown(variables, file)

    def _known(self, variables: Mapping[str, str], file: str) -> dict[str, Variable]:
        """Gather the variables that mean something here; `X_FILE` is where the value of `X` is kept."""
        known: dict[str, Variable] = {}
        for name, text in variables.items():
            base = self._base(name)
            if base is None or not self._applies(base, name, text):
                continue
            place = f"{file}: {name}" if file else name
            if base in known:
                self.faults.append(
                    f"{base} and {base}_FILE are both set (from {file or 'environment'}); keep one"
                )
            elif (value := text if base == name else self._secret(base, place, text)) is not None:
                known[base] = Variable(value, file or name, place)
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
            self.ignored[path] = f"{name} is ignored: no plugin {path.split('.')[1]} is in use"
        return bool(text.strip()) and path in self._schema.settings

    def _secret(self, base: str, place: str, file: str) -> str | None:
        try:
            return (self._cwd / file.strip()).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            path = self._schema.variables.get(base) or PATHS[base]
            reason = getattr(error, "strerror", None) or error
            self.faults.append(f"{path}: {place} names the file {file!r}, which cannot be read: {reason}")
            return None

    def _unknown(self, variables: Mapping[str, str], file: str) -> Iterator[Given]:
        for name, text in variables.items():
            if name.startswith(PREFIX) and not self._is_known(name):
                path = name.removeprefix(PREFIX).lower().replace("__", ".")
                yield Given(path, text, file or name, f"{file}: {name}" if file else name, text=True)

    def _is_known(self, name: str) -> bool:
        return name in RESERVED or self._base(name) is not None or bool(_OF_KUBERNETES.fullmatch(name))
