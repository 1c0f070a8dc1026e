"""Run the rows and print the table; this is a dashboard, not a test, so the exit code is always 0."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from .harness import Finding, print_table


def main() -> int:
    rows = dict(_rows())
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        type=int,
        metavar="ROW",
        help=f"rows to run, of {', '.join(map(str, sorted(rows)))}",
    )
    wanted = parser.parse_args().rows or sorted(rows)
    findings: list[Finding] = []
    for row in wanted:
        for name in rows.get(row, ()):
            print(f"measuring row {row} ({name}) …", file=sys.stderr, flush=True)
            try:
                findings += import_module(f"{__package__}.{name}").measure()
            except Exception as error:  # noqa: BLE001 - a row that fails must not hide the others
                print(f"row {row} ({name}) failed: {type(error).__name__}: {error}", file=sys.stderr)
    print_table(findings)
    return 0


def _rows() -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its modules."""
    found: dict[int, list[str]] = {}
    for path in sorted(Path(__file__).parent.glob("row*.py")):
        if named := re.match(r"row(\d+)_", path.stem):
            found.setdefault(int(named[1]), []).append(path.stem)
    yield from found.items()


if __name__ == "__main__":
    sys.exit(main())
