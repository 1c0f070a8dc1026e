"""What the rows share: interleaved contenders, medians and a table.

A row is a module `rowNN_name.py` with a function `measure() -> Iterable[Finding]`, found by its name.
Absolute figures drift with the machine, so a finding is a ratio of medians taken in the same run.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen

from places_core.testing import ServedProcess, served


@frozen
class Finding:
    """One line of the table: our figure, the baseline and the goal."""

    row: int
    what: str
    floor: str
    ours: float
    theirs: float
    unit: str
    goal: str
    """The goal for `ours / theirs`, such as `<= 2.0` or `>= 0.85`."""

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def met(self) -> bool:
        bound = float(self.goal.split()[1])
        return self.ratio <= bound if self.goal.startswith("<=") else self.ratio >= bound


def medians(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """Run the contenders in turn, round after round, and return the median result of each."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            taken[name].append(run())
    return {name: median(figures) for name, figures in taken.items()}


def seconds_per_call(function: Callable[[], Any], calls: int) -> Callable[[], float]:
    """Return a contender that makes `calls` calls per round, with the garbage collector off."""

    def run() -> float:
        gc.disable()
        try:
            start = time.perf_counter()
            for _ in range(calls):
                function()
            return (time.perf_counter() - start) / calls
        finally:
            gc.enable()

    return run


def cpu_seconds(server: ServedProcess) -> float:
    """Return the processor time that a server has used so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own_module(*arguments: str) -> AbstractContextManager[ServedProcess]:
    """Run a module of this package as a server that announces its address."""
    return served("-m", *arguments, program=(sys.executable,), cwd=Path(__file__).resolve().parents[1])


def print_table(findings: Iterable[Finding]) -> None:
    """Print the findings as a table."""
    head = ("#", "what", "baseline", "ours", "theirs", "ratio", "goal", "")
    lines = [head] + [
        (
            str(each.row),
            each.what,
            each.floor,
            f"{each.ours:,.4g} {each.unit}",
            f"{each.theirs:,.4g} {each.unit}",
            f"{each.ratio:.2f}",
            each.goal,
            "met" if each.met else "not met",
        )
        for each in findings
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
