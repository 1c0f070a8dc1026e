"""The files that ship with the package."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def table_rows(name: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a `.tsv` file but the comments, each split at its first tab."""
    for line in files(__package__).joinpath(name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right


def file_bytes(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
