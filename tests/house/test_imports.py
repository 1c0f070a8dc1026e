"""Which module imports which; the layers are in `pyproject.toml`, and `lint-imports` checks them."""

from __future__ import annotations

import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest


ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_the_import_contracts_cover_every_package() -> None:
    packages = sorted(path.parent.name for path in ROOT.glob("**/src/places_*/__init__.py"))

    assert packages == LINTER["root_packages"]


@pytest.mark.parametrize("package", LINTER["root_packages"])
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    TopologicalSorter(imports).prepare()  # a CycleError names the circle
