"""What may be imported from the core: `docs/api.md` lists it; plugins, adapters and examples keep to it."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]
LISTED = re.findall(
    r"^### `([\w.]+)`\n\n(.+?)\n\n(.+?)\n$", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE | re.DOTALL
)
PUBLIC = {module: re.findall(r"`(\w+)`", names) for module, _, names in LISTED}
MODULES = sorted(PUBLIC)
OUTSIDE = sorted(
    path
    for folder in ("plugins", "adapters")
    for pattern in ("*/src/**/*.py", "*/tests/**/*.py")
    for path in (ROOT / folder).glob(pattern)
)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def imports(source: str) -> Iterator[tuple[str, str]]:
    """Yield what is imported from the core: the module, and the name in it or nothing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def private_imports(source: str) -> list[str]:
    return [
        f"{module}.{name}".rstrip(".")
        for module, name in imports(source)
        if module.split(".")[0] == "places_core"
        and f"{module}.{name}".rstrip(".") not in PUBLIC
        and name not in PUBLIC.get(module, ())
    ]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_plugins_and_adapters_import_only_what_is_public(path: Path) -> None:
    assert [] == private_imports(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_examples_import_only_what_is_public(path: Path) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)

    assert [] == [name for example in examples for name in private_imports(example)]


@pytest.mark.parametrize("module", MODULES)
def test_the_page_lists_exactly_what_a_module_offers(module: str) -> None:
    assert import_module(module).__all__ == PUBLIC[module]


@pytest.mark.parametrize(
    ("module", "sentence"), [each[:2] for each in LISTED], ids=[each[0] for each in LISTED]
)
def test_the_page_says_in_one_sentence_what_a_module_is_for(module: str, sentence: str) -> None:
    assert re.fullmatch(r"[A-Z`].+[^.]\.", sentence, re.DOTALL)
    assert ". " not in sentence


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_offers_is_its_own_and_documented(module: str) -> None:
    for name in PUBLIC[module]:
        value = getattr(import_module(module), name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, name
            assert f"{value.__module__}.".startswith((f"{module}.", "cattrs.")), name


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_defines_and_does_not_offer_is_marked_as_private(module: str) -> None:
    kept_back = [
        name
        for name, value in vars(import_module(module)).items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module
        if not name.startswith("_") and name not in PUBLIC[module]
    ]

    assert [] == kept_back


def test_a_name_is_public_in_one_place_and_perhaps_in_the_first_module() -> None:
    counts = Counter(name for module in MODULES[1:] for name in PUBLIC[module])

    assert "places_core" == MODULES[0]
    assert {} == {name: count for name, count in counts.items() if count > 1}
    assert {"Places"} == set(PUBLIC["places_core"]) - set(counts)
