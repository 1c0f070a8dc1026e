"""The glossary, compared with the code."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import pytest


Read = Callable[[str], Any]


def test_every_term_is_defined_once_in_one_sentence(page: Read) -> None:
    rows = page("docs/glossary.md").rows("term")
    terms = [row[0] for row in rows]

    assert sorted(set(terms)) == sorted(terms)
    assert [] == [term for term, meaning, _ in rows if not meaning.endswith(".") or ". " in meaning]


def test_every_term_is_found_where_the_page_says(page: Read) -> None:
    for term, _, where in page("docs/glossary.md").rows("term"):
        assert where.startswith("places_"), term
        resolve_name(where)


@pytest.mark.parametrize("name", ["docs/index.md", "docs/architecture.md"])
def test_the_glossary_can_be_found(page: Read, name: str) -> None:
    assert "](glossary.md)" in page(name).text


def test_every_stage_is_in_the_glossary(page: Read) -> None:
    terms = {row[0].replace("-", " ") for row in page("docs/glossary.md").rows("term")}
    stages = {row[0] for row in page("docs/architecture.md").rows("stage")}

    assert set() == stages - terms


def test_every_package_of_the_architecture_page_exists(page: Read) -> None:
    for package, _ in page("docs/architecture.md").rows("package"):
        resolve_name(f"places_core.{package}")
