"""What is slow to import is imported when it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def imported(code: str, cwd: Path) -> set[str]:
    """Run code in a process of its own, and list the modules that it imports."""
    command = [sys.executable, "-X", "importtime", "-c", code]
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_neither_the_version_nor_the_help_imports_the_converter(option: str, tmp_path: Path) -> None:
    modules = imported(f"from places_core.cli import main; main([{option!r}])", tmp_path)

    assert "places_core.cli" in modules
    assert "cattrs" not in modules


def test_the_settings_are_read_by_the_converter(tmp_path: Path) -> None:
    assert "cattrs" in imported("from places_core.cli import main; main(['config'])", tmp_path)
