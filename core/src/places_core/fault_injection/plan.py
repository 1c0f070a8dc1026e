"""Fault plans, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

from ..convert import configure_settings, converter
from ..convert.settings import faults_in, settings_in
from ..convert.values import InvalidValue
from ..errors import ConfigError
from ..ports.backend import OPERATIONS
from ..settings import above, at_least, share
from ..text.suggestions import meant


TARGETS: Mapping[str, tuple[str, ...]] = {
    "backend": OPERATIONS,
    "cache": ("get", "set", "delete"),
    "limiter": ("acquire",),
    "breaker": ("acquire", "release"),
}
"""The parts of a stack that can be disturbed, and their operations."""


@frozen
class PlannedFault:
    """One kind of fault, and the calls that it hits."""

    kind: Literal["latency", "error", "drop", "hang"]
    """`latency` delays the call, `error` fails it, `drop` breaks the connection, `hang` never returns."""
    part: Literal["backend", "cache", "limiter", "breaker"] = "backend"
    name: str = ""
    """The provider; all of the part unless one is named."""
    operation: str = ""
    """The operation, such as `search_text` or `get`; all of them unless one is named."""
    share: float = share(1.0)
    """The fraction of these calls that is hit."""
    seconds: float = above(0, 1.0)
    """How long `latency` delays a call."""
    error: Literal[
        "Unavailable",
        "Timeout",
        "ConnectionFailed",
        "BadAnswer",
        "NotFound",
        "Unauthenticated",
        "PermissionDenied",
    ] = "Unavailable"
    """What `error` raises in a backend; the other parts fail with an `OSError`."""
    after: float = at_least(0, 0.0)
    """When the fault begins, in seconds after the stack was opened."""
    until: float | None = None
    """When it ends; None for never."""


@frozen
class FaultPlan:
    """The faults of one rehearsal; the same seed hits the same calls."""

    faults: tuple[PlannedFault, ...]
    seed: int = 0
    source: Path = Path()
    """The file that it comes from."""


def load_plan(path: Path) -> FaultPlan:
    """Read a plan from a TOML file; raises `ConfigError` with all that is wrong in it."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error.strerror if isinstance(error, OSError) else error}") from None
    rows = table.get("faults")
    wrong = list(_unknown(table, ("seed", "faults"), ""))
    if not rows or not isinstance(rows, list):
        wrong.append(f"faults: got {rows!r}; allowed: tables, each headed [[faults]]")
        rows = []
    found = [each for at, row in enumerate(rows) for each in _read(row, f"faults[{at}]", wrong)]
    seed = table.get("seed", 0)
    if type(seed) is not int:
        wrong.append(f"seed: got {seed!r}; allowed: a whole number")
    if wrong:
        raise ConfigError(*(f"{path}: {each}" for each in wrong))
    return FaultPlan(tuple(found), seed, path)


def _read(row: object, path: str, wrong: list[str]) -> Iterator[PlannedFault]:
    """Yield the fault that a table describes, or add what is wrong with it."""
    if not isinstance(row, dict):
        wrong.append(f"{path}: got {row!r}; allowed: a table")
        return
    wrong += _unknown(row, [each.path for each in settings_in(PlannedFault)], f"{path}.")
    operations = TARGETS.get(str(row.get("part", "backend")), ())
    if operations and (given := row.get("operation")) and given not in operations:
        allowed = f"{', '.join(operations)}{meant(str(given), operations)}"
        wrong.append(f"{path}.operation: got {given!r}; allowed: {allowed}")
    try:
        fault = converter(configure_settings).structure(row, PlannedFault)
    except (InvalidValue, ExceptionGroup) as error:
        wrong += faults_in(error, path)
        return
    wrong += [f"{path}.{each}" for each in _without_effect(row, fault)]
    yield fault


def _without_effect(row: Mapping[str, Any], fault: PlannedFault) -> Iterator[str]:
    """A rehearsal that rehearses nothing must not look like a success."""
    if fault.until is not None and fault.until <= fault.after:
        yield f"until: got {fault.until:g}; allowed: above after, which is {fault.after:g}"
    if "seconds" in row and fault.kind != "latency":
        yield f"seconds: got {fault.seconds:g}; only the kind latency takes it"
    if "error" in row and (fault.kind != "error" or fault.part != "backend"):
        yield f"error: got {fault.error!r}; only the kind error of a backend takes it"


def _unknown(table: Mapping[str, Any], known: Iterable[str], prefix: str) -> Iterator[str]:
    for name in (name for name in table if name not in known):
        yield f"{prefix}{name}: there is no such key; there are {', '.join(known)}{meant(name, known)}"
