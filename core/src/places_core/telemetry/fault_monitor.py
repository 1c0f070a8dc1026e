"""A part of the infrastructure that may fail without failing the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from attrs import define, field

from ..events import Event, Faulted, Recovered


log = logging.getLogger("places.stack")


@define
class FaultMonitor:
    """Counts the faults of one part, and writes a line only when its state changes."""

    part: str
    report: Callable[[Event], None]
    failing: bool = field(default=False, init=False)

    def failed(self, error: Exception) -> None:
        """Note a fault."""
        if not self.failing:
            log.warning("%s failed, going on without it: %s: %s", self.part, type(error).__name__, error)
        self.failing = True
        self.report(Faulted(self.part, f"{type(error).__name__}: {error}"))

    def worked(self) -> None:
        """Note that the part did its work."""
        if self.failing:
            self.failing = False
            log.warning("%s works again", self.part)
            self.report(Recovered(self.part))
