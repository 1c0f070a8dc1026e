"""The health of a part of the infrastructure that may fail without failing the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from attrs import define, field

from ..events import Event, Faulted, Recovered
from ..text.redaction import without_secrets


log = logging.getLogger("places.stack")


def described(error: BaseException) -> str:
    """Return the class and the message of an error, without secrets; a plugin's may fail to be written."""
    try:
        return without_secrets(f"{type(error).__name__}: {error}")
    except Exception:  # noqa: BLE001 - whatever its `__str__` does
        return type(error).__name__


@define
class FaultMonitor:
    """Reports the faults of one part, and logs only when its state changes.

    A part fails as long as one of its operations does: reads that work do not hide that it cannot write.
    """

    part: str
    report: Callable[[Event], None]
    _failing: set[str] = field(factory=set, init=False)

    def failed(self, error: BaseException, operation: str = "") -> None:
        """Report a fault of an operation, such as `read`; a part with a single one needs no name for it."""
        if not self._failing:
            what = f"{self.part} failed to {operation}" if operation else f"{self.part} failed"
            log.warning("%s; continuing without it: %s", what, described(error))
        self._failing.add(operation)
        self.report(Faulted(self.part, described(error)))

    def worked(self, operation: str = "") -> None:
        """Report that an operation works; with the last that had failed, the part has recovered."""
        if operation in self._failing:
            self._failing.remove(operation)
            if not self._failing:
                log.warning("%s works again", self.part)
                self.report(Recovered(self.part))
