"""The pages, cut into what can be held against the code."""

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
        """Give the code blocks of one language."""
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL)

    def commands(self) -> list[str]:
        """Give the commands that a reader is told to type."""
        lines = "".join(self.blocks("console")).splitlines()
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]

    def rows(self, first: str) -> list[list[str]]:
        """Give the cells of the table whose head begins with `first`, without the marks of code."""
        head = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", self.text, re.MULTILINE)
        assert head, f"there is no table {first!r}"
        return [
            [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in head[1].splitlines()
        ]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def page() -> Callable[[str], Page]:
    """Read a page by its path below the root."""
    return lambda name: Page(ROOT / name)
