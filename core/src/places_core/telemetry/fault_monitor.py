"""The health of a part of the infrastructure that may fail without failing the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from attrs import define, field

from ..events import Event, Faulted, Recovered


log = logging.getLogger("places.stack")


@define
class FaultMonitor:
    """Reports the faults of one part, and logs only when its state changes."""

    part: str
    report: Callable[[Event], None]
    failing: bool = field(default=False, init=False)

    def failed(self, error: Exception) -> None:
        """Report a fault."""
        if not self.failing:
            log.warning("%s failed; continuing without it: %s: %s", self.part, type(error).__name__, error)
        self.failing = True
        self.report(Faulted(self.part, f"{type(error).__name__}: {error}"))

    def worked(self) -> None:
        """Report that the part works, if it had failed."""
        if self.failing:
            self.failing = False
            log.warning("%s works again", self.part)
            self.report(Recovered(self.part))
