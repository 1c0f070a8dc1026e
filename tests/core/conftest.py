"""What the tests of plugins and of the command share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from places_core.cli import main
from places_core.config import Loaded, load_config
from places_core.errors import ConfigError
from places_core.plugins import Plugins
from places_core.testing import install_plugin


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put distributions with one plugin each on the path, as an installer would."""
    monkeypatch.syspath_prepend(tmp_path)
    return partial(install_plugin, tmp_path)


FAKE = """
import argparse
from places_core import hookimpl
from places_core.ports import Adapter
from places_core.testing import FakeBackend

class Wide(FakeBackend):
    name = "wide"

class Echo(Adapter):
    name, summary = "echo", "says what it was given"

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--port", type=int)

    @classmethod
    def serve(cls, config, options):
        print(config.backend, options.port)
        return 5

class Interrupted(Echo):
    name = "interrupted"

    @classmethod
    def serve(cls, config, options):
        raise KeyboardInterrupt

class Buggy(Echo):
    name = "buggy"

    @classmethod
    def serve(cls, config, options):
        raise ZeroDivisionError("no luck")

def greet(options):
    print("hello", options.whom)
    return 0

@hookimpl
def places_backends():
    return [FakeBackend]

@hookimpl
def places_adapters():
    return [Echo, Interrupted, Buggy]

@hookimpl
def places_commands(cli):
    cli.add("greet", "say hello", greet, ("places greet Helsinki",)).add_argument("whom")
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Work in an empty directory, with the fake backend and no plugin that happens to be installed."""
    monkeypatch.chdir(tmp_path)
    variables = {"PLACES_LOAD_PLUGINS": "fake", "PLACES_BACKEND": "fake"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def run(
    install: Callable[..., None],
    environ: dict[str, str],
    logging_as_before: None,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Ran]:
    install("fake", FAKE)

    def ran(*arguments: str) -> Ran:
        code = main(arguments)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return ran


@pytest.fixture
def read(tmp_path: Path, plugins: Plugins) -> Callable[..., Loaded]:
    """Load the settings of a directory with these files, in this environment."""

    def load(
        config: Any = None, *, toml: str = "", dotenv: str = "", overrides: Any = None, **environ: str
    ) -> Loaded:
        if toml:
            (tmp_path / "places.toml").write_text(toml)
        if dotenv:
            (tmp_path / ".env").write_text(dotenv)
        return load_config(config, overrides=overrides, environ=environ, cwd=tmp_path, plugins=plugins)

    return load


@pytest.fixture
def faults(read: Callable[..., Loaded]) -> Callable[..., tuple[str, ...]]:
    def of(*args: Any, **more: Any) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as raised:
            read(*args, **more)
        return raised.value.faults

    return of
