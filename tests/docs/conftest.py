"""The pages, split into the parts that tests compare with the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]


class Page:
    """One page of the documentation."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks of one language."""
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL)

    def commands(self) -> list[str]:
        """Return the commands that a reader is asked to type."""
        lines = "".join(self.blocks("console")).splitlines()
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]

    def rows(self, first: str) -> list[list[str]]:
        """Return the cells of all tables whose first column is `first`, without backticks."""
        table = rf"^\| {re.escape(first)} \|.*\n\|[-| ]+\n((?:\|.*\n)+)"
        lines = "".join(re.findall(table, self.text, re.MULTILINE)).splitlines()
        assert lines, f"there is no table {first!r}"
        return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def page() -> Callable[[str], Page]:
    """Read a page by its path below the root."""
    return lambda name: Page(ROOT / name)
