"""Load the settings from all sources, or raise every fault at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from ..environment import dotenv
from ..errors import ConfigError
from ..plugins import Plugins
from ..settings import Config
from .effective import Loaded
from .merge import merge, section_faults, structured, tables
from .schema import Schema
from .sources import Sources


def load_config(
    config: Mapping[str, Any] | str | os.PathLike[str] | Config | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    plugins: Plugins | None = None,
) -> Loaded:
    """Read every source and check every value.

    A path names the TOML file; a mapping is laid over all other sources; a `Config` replaces them.
    Raises `ConfigError` with the faults of all sources.
    """
    here, variables = Path(cwd or ""), os.environ if environ is None else environ
    plugins = Plugins.load({**dotenv(here)[0], **variables}) if plugins is None else plugins
    schema = Schema.of(plugins)
    sources = Sources(schema, here)
    values, refused = merge(sources.read(config, overrides or {}, variables), schema)
    faults = [*sources.faults, *chain(*refused.values())]
    try:
        settled: Config = structured(tables(values), Config, plugins.settings_converter())
        faults += section_faults(settled, values, refused, schema, plugins)
    except ConfigError as error:
        faults += error.faults
    if faults:
        raise ConfigError(*dict.fromkeys(faults))
    origins = dict.fromkeys(schema.settings, "default") | {path: each.origin for path, each in values.items()}
    return Loaded(settled, origins, schema.settings, sources.ignored, values)
