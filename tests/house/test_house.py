"""What holds for the whole house."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest


ROOT = Path(__file__).parents[2]
PACKAGES = [
    path.parent for path in sorted([*ROOT.glob("core/pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")])
]
SOURCES = sorted(path for package in PACKAGES for path in (package / "src").rglob("*.py"))
PROGRAMS = sorted(path for folder in ("bench", "drills") for path in (ROOT / folder).glob("*.py"))
PLUGINS = [package for package in PACKAGES if package.name != "core"]


def project(package: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    return table


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def tracked() -> list[str]:
    return subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.mark.parametrize("path", [*SOURCES, *PROGRAMS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_in_a_glance(path: Path) -> None:
    lengths = {node.name: (node.end_lineno or 0) - node.body[0].lineno + 1 for node in functions(path)}

    assert {} == {name: length for name, length in lengths.items() if length > 40}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_the_listing_of_a_package_is_taken_in_at_once(package: Path) -> None:
    [root] = (package / "src").iterdir()

    assert len([path for path in root.glob("*.py") if path.name != "__init__.py"]) <= 10


def test_a_docstring_says_what_is_returned_or_done() -> None:
    documented = (
        (path, node)
        for path in [*SOURCES, *PROGRAMS]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )

    assert [] == [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path, node in documented
        if (text := ast.get_docstring(node) or "").startswith(("Give ", "Tell ", "Say "))
    ]


def test_the_pipeline_knows_no_provider_by_its_class_or_name() -> None:
    core = ROOT / "core" / "src" / "places_core"
    classes = {
        node.name
        for path in (core / "builtin").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    for path in (core / "pipeline").glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        compared = {
            side.attr
            for node in nodes
            if isinstance(node, ast.Compare)
            for side in (node.left, *node.comparators)
            if isinstance(side, ast.Attribute)
        }

        assert set() == classes & named, path
        assert "name" not in compared, path


def test_all_distributions_have_one_version() -> None:
    assert 1 == len({project(package)["version"] for package in PACKAGES})


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_package_is_called_like_its_folder_and_ships_what_it_must(package: Path) -> None:
    name = f"places-{package.name}"
    table = project(package)
    source = package / "src" / name.replace("-", "_")

    assert name == table["name"]
    assert table["license"].split(" AND ")[0] == "Apache-2.0"
    assert ">=3.11" == table["requires-python"]
    assert all((package / file).is_file() for file in ("LICENSE", "README.md"))
    assert (source / "py.typed").is_file()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_dependency_has_a_floor_and_a_cap(package: Path) -> None:
    table = project(package)
    extras = [line for lines in table.get("optional-dependencies", {}).values() for line in lines]
    loose = [
        line
        for line in [*table["dependencies"], *extras]
        if not line.startswith(("places-core[", "tzdata>=")) and not re.search(r">=[\w.]+,<[\w.]+$", line)
    ]

    assert [] == loose


@pytest.mark.parametrize("package", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_registers_itself_and_is_an_extra_of_the_core(package: Path) -> None:
    table = project(package)
    extras = project(ROOT / "core")["optional-dependencies"]

    assert {package.name: f"places_{package.name}"} == table["entry-points"]["places"]
    assert "places-core>=0.1,<0.2" in table["dependencies"]
    assert [f"places-{package.name}>=0.1,<0.2"] == extras[package.name]
    assert package.name in re.split(r"[\[\],]", extras["all"][0])


def test_the_first_module_of_a_plugin_holds_hooks_only() -> None:
    for package in PLUGINS:
        tree = ast.parse((package / "src" / f"places_{package.name}" / "__init__.py").read_text())
        definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]

        assert definitions
        assert all(node.name.startswith("places_") for node in definitions), package


def test_aiocache_is_imported_in_few_places() -> None:
    importers = {
        path.parts[-2]
        for path in SOURCES
        if re.search(r"^(from|import) aiocache", path.read_text(), re.MULTILINE)
    }

    assert importers <= {"builtin", "places_redis"}


def test_nothing_tells_where_it_was_written() -> None:
    text = "\n".join(
        (ROOT / name).read_text(encoding="utf-8", errors="ignore")
        for name in tracked()
        if name != "uv.lock" and (ROOT / name).is_file()
    )

    assert f"{ROOT}/" not in text


def test_the_changelog_has_whole_sentences() -> None:
    entries = re.findall(r"^- ((?:.+\n(?:  .+\n)*))", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert entries
    assert all(entry.strip().endswith(".") for entry in entries)
