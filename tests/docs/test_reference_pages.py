"""The tables of the documentation, compared with the code."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from places_core import errors, hookspecs
from places_core.cli import main
from places_core.config import load_config
from places_core.config.aliases import PATHS
from places_core.convert.settings import is_section, settings_in
from places_core.plugins import Plugins
from places_core.settings import Config


Read = Callable[[str], Any]

PLUGINS = Plugins.load()


def test_every_hook_is_documented_with_its_arguments(page: Read) -> None:
    specs = {
        f"{name}({', '.join(inspect.signature(spec).parameters)})": (spec.__doc__ or "").splitlines()[0]
        for name, spec in vars(hookspecs).items()
        if name.startswith("places_")
    }

    assert specs == {row[0]: row[2] for row in page("docs/hooks.md").rows("hook")}


def settings(cls: type, prefix: str = "", provider: type[Any] | None = None) -> Iterator[tuple[str, str]]:
    section = partial(is_section, converter=PLUGINS.settings_converter(provider))
    for setting in settings_in(cls, prefix, section):
        value = setting.default
        shown = ",".join(value) if isinstance(value, tuple) else getattr(value, "url", str(value))
        yield setting.path, "–" if value in (None, (), {}) else shown


def test_every_setting_is_documented_with_its_default(page: Read) -> None:
    rows = [(row[0], row[1]) for row in page("docs/settings.md").rows("setting")]

    assert sorted(settings(Config)) == sorted(rows)


def test_every_section_of_the_settings_has_a_valid_example(page: Read) -> None:
    examples = [tomllib.loads(block) for block in page("docs/settings.md").blocks("toml")]
    effective = [load_config(example) for example in examples]

    assert {attribute.name for attribute in attrs.fields(Config)} == {
        name for each in examples for name in each
    }
    for example, loaded in zip(examples, effective, strict=True):
        given = {line.path.split(".")[0] for line in loaded.lines() if line.origin == "argument"}
        assert set(example) == given


def test_every_setting_of_a_plugin_is_documented_with_its_default(page: Read, root: Path) -> None:
    offered = {
        (cls.name, path)
        for slot in ("backends", "caches", "limiters", "breakers", "metrics")
        for cls in PLUGINS.providers(slot).values()
        for path in settings(cls.Settings, f"plugins.{cls.name}.", cls)
    }

    documented = set()
    for name, (path, _) in offered:
        rows = {row[0]: row[1] for row in page(f"docs/{name}.md").rows("setting")}
        documented.add((name, (path, rows.get(path, "not there"))))

    assert offered == documented


def test_every_other_name_of_a_setting_is_documented(page: Read) -> None:
    rows = page("docs/settings.md").rows("variable")
    documented = {
        name: re.match(r"[\w.]+", row[1].strip("`"))[0]  # type: ignore[index]
        for row in rows
        for name in re.findall(r"[A-Z_]+", row[0])
    }

    assert PATHS == documented


def test_every_error_is_documented(page: Read) -> None:
    classes = {
        name
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and issubclass(cls, errors.PlacesError) and cls is not errors.PlacesError
    }

    assert classes == {row[0] for row in page("docs/errors.md").rows("class")}


def test_every_command_is_documented(page: Read, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    commands = re.findall(r"^    (\w+)(?:  |$)", capsys.readouterr().out, re.MULTILINE)

    assert set(commands) == {row[0] for row in page("docs/cli.md").rows("command")}


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[2].glob("docs/*.md")), ids=lambda path: path.name
)
def test_links_between_the_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_example_of_several_faults_prints_them_all(
    page: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = page("docs/errors.md").blocks("python")
    exec(example, {})

    assert ["textQuery  None", "pageSize -1 None", "includedType resturant restaurant"] == (
        capsys.readouterr().out.splitlines()
    )
