"""The `places` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence


__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 found, 1 error or nothing found, 2 usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        from importlib.metadata import version  # nothing else is imported, so that this is instant

        print(f"places {version('places-core')}")
        return 0
    from .program import run

    return run(arguments)
