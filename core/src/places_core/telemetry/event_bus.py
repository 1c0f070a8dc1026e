"""Where the events of the whole stack meet."""

from __future__ import annotations

import logging

from attrs import Factory, define

from ..events import Answered, BreakerChanged, Event, Faulted, Recovered
from ..ports import Metrics


log = logging.getLogger("places.stack")


@define
class EventBus:
    """Passes events on to the metrics providers, and remembers which parts are failing."""

    metrics: list[Metrics] = Factory(list)
    faults: dict[str, Faulted] = Factory(dict)
    counts: dict[str, int] = Factory(dict)
    failing: set[str] = Factory(set)
    breakers: dict[str, BreakerChanged] = Factory(dict)
    """The last change of each backend's circuit."""

    def __call__(self, event: Event) -> None:
        for metrics in self.metrics:
            try:
                metrics.record(event)
            except Exception as error:  # noqa: BLE001 - metrics must not break the answer
                self._note_metrics(metrics.name, error)
        if type(event) is Answered:  # the hot path: nearly all are
            return
        if isinstance(event, Faulted):
            self._remember(event)
        elif isinstance(event, Recovered):
            self.failing.discard(event.part)
        elif isinstance(event, BreakerChanged):
            self.breakers[event.backend] = event

    def _note_metrics(self, name: str, error: Exception) -> None:
        """Remember a fault without reporting it to the metrics, which are what failed."""
        fault = Faulted(f"metrics.{name}", f"{type(error).__name__}: {error}")
        if fault.part not in self.counts:
            log.warning("%s failed; continuing without it: %s", fault.part, fault.error)
        self._remember(fault)

    def _remember(self, fault: Faulted) -> None:
        self.faults[fault.part] = fault
        self.counts[fault.part] = self.counts.get(fault.part, 0) + 1
        self.failing.add(fault.part)

    def snapshot(self) -> dict[str, float]:
        """Return the figures of the first provider that keeps them in this process."""
        return next((dict(figures) for figures in (m.snapshot() for m in self.metrics) if figures), {})

    def summary(self) -> list[dict[str, object]]:
        """List the parts that failed at least once since the stack was opened."""
        return [
            {"part": part, "failing": part in self.failing, "count": self.counts[part], "error": fault.error}
            for part, fault in sorted(self.faults.items())
        ]
