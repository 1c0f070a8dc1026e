"""Where the events of the whole stack meet."""

from __future__ import annotations

from asyncio import CancelledError

from attrs import Factory, define, field

from ..clock import Clock, SystemClock
from ..events import Answered, BreakerChanged, Event, Faulted, Recovered
from ..ports import Metrics
from .metrics_guard import MetricsGuard
from .outage_log import OutageLog


@define
class EventBus:
    """Passes events on to the metrics providers, and remembers which parts are failing."""

    metrics: list[Metrics] = Factory(list)
    clock: Clock = Factory(SystemClock)
    faults: dict[str, Faulted] = Factory(dict)
    counts: dict[str, int] = Factory(dict)
    failing: set[str] = Factory(set)
    breakers: dict[str, BreakerChanged] = Factory(dict)
    """The last change of each backend's circuit."""
    _receiving: list[Metrics] = field(init=False)
    """Those of `metrics` that are not set aside: the list of the guard, at hand for the hot path."""
    _guard: MetricsGuard = field(init=False)
    _log_outage: OutageLog = field(init=False)
    _untimed: int = field(init=False, default=0)
    """How many events may be recorded before one is timed."""

    def __attrs_post_init__(self) -> None:
        self._guard = MetricsGuard(self.clock, self.metrics, self._note)
        self._receiving = self._guard.active
        self._log_outage = OutageLog(self.clock)

    def __call__(self, event: Event) -> None:
        if untimed := self._untimed:
            self._untimed = untimed - 1
            for metrics in self._receiving:
                try:
                    metrics.record(event)
                except (Exception, CancelledError) as error:  # noqa: BLE001 - metrics must not break the answer
                    self._guard.failed(metrics, error)
                    self._untimed = 0
        else:
            self._untimed = self._guard.record_timed(event)
        if type(event) is not Answered:  # the hot path: nearly all are
            self._note(event)

    def _note(self, event: Event) -> None:
        """Keep what the status shows, and log outages."""
        if isinstance(event, Faulted):
            self.faults[event.part] = event
            self.counts[event.part] = self.counts.get(event.part, 0) + 1
            self.failing.add(event.part)
        elif isinstance(event, Recovered):
            self.failing.discard(event.part)
        elif isinstance(event, BreakerChanged):
            self.breakers[event.backend] = event
        self._log_outage(event)

    def snapshot(self) -> dict[str, float]:
        """Return the figures of the first provider that keeps them in this process."""
        for metrics in self.metrics:
            try:
                if figures := dict(metrics.snapshot()):
                    return figures
            except Exception as error:  # noqa: BLE001 - metrics must not break the status
                self._guard.failed(metrics, error)
        return {}

    def summary(self) -> list[dict[str, object]]:
        """List the parts that failed at least once since the stack was opened."""
        return [
            {"part": part, "failing": part in self.failing, "count": self.counts[part], "error": fault.error}
            for part, fault in sorted(self.faults.items())
        ]
