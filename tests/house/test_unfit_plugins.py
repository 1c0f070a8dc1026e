"""Installed plugins that do not fit: they harm nobody but themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


BIN = Path(sys.executable).parent
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "places-{name}"
version = "1.0"
dependencies = ["places-core"]

[project.entry-points.places]
{name} = "places_{name}"
"""
RAISES = "raise RuntimeError('no licence file')\n"
SECOND_LOCAL = """
from contextlib import asynccontextmanager

from places_core import hookimpl
from places_core.ports import Backend


class Impostor(Backend):
    name = "local"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings, context):
        yield cls()

    async def search_text(self, query):
        raise AssertionError("the impostor was asked")


@hookimpl
def places_backends():
    return [Impostor]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build and install both plugins beside the real ones."""
    folder = tmp_path_factory.mktemp("unfit")
    for name, source in {"raises": RAISES, "impostor": SECOND_LOCAL}.items():
        package = folder / name / "src" / f"places_{name}"
        package.mkdir(parents=True)
        (folder / name / "pyproject.toml").write_text(PROJECT.format(name=name))
        (package / "__init__.py").write_text(source)
        command = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", str(folder / "site")]
        subprocess.run([BIN / command[0], *command[1:], folder / name], check=True)
    return folder / "site"


def places(site: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "places"), *arguments],
        cwd=site,
        env={**os.environ, "PYTHONPATH": str(site), **environ},
        text=True,
        capture_output=True,
        check=False,
    )


def test_the_stack_answers_all_the_same(site: Path) -> None:
    result = places(site, "search", "coffee", "--near", "60.1699,24.9384")

    assert 0 == result.returncode, result.stderr
    assert "Robert's Coffee" in result.stdout


def test_the_list_of_plugins_says_what_is_wrong_with_each(site: Path) -> None:
    lines = {line.split()[0]: line for line in places(site, "plugins").stdout.splitlines()}

    assert "failed" in lines["raises"]
    assert "no licence file" in lines["raises"]
    assert "failed" in lines["impostor"]
    assert "'local'" in lines["impostor"]


def test_strict_plugins_refuse_to_start_and_say_why(site: Path) -> None:
    result = places(site, "search", "coffee", PLACES_STRICT_PLUGINS="1")

    assert 1 == result.returncode
    assert "" == result.stdout
    assert "no licence file" in result.stderr
    assert "'local'" in result.stderr


def test_a_plugin_that_is_kept_out_is_not_even_imported(site: Path) -> None:
    off = {"PLACES_DISABLE_PLUGINS": "raises,impostor", "PLACES_STRICT_PLUGINS": "1"}

    assert 0 == places(site, "search", "coffee", **off).returncode
