"""Keep metrics providers that fail or are slow away from the queries."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections import defaultdict
from collections.abc import Callable

from attrs import Factory, define, field

from ..clock import Clock
from ..events import Event, Faulted, Recovered
from ..ports import Metrics
from .fault_monitor import described


log = logging.getLogger("places.stack")

MOST_FAILURES = 10
"""Failures since the last timed event that went well, after which a provider is set aside."""
SLOW = 0.001
"""Seconds that recording one event may take."""
MOST_SLOW = 3
"""Slow events in a row after which a provider is set aside."""
ASIDE = 60.0
"""Seconds for which a provider that was set aside receives no events."""
MOST_UNTIMED = 255
"""Events between two that are timed, while all is well."""


@define
class _Strikes:
    """What is held against one provider since it last did well."""

    failures: int = 0
    slow: int = 0
    aside_until: float = 0.0
    """On the monotonic clock; 0 for one that was never set aside."""


@define
class MetricsGuard:
    """Sets aside the metrics providers that fail or are slow, and tries them again after a while.

    One event in 256 is timed, more often at the start and after trouble. A provider that blocks for ever
    stops the process; only one that comes back can be set aside.
    """

    clock: Clock
    providers: list[Metrics]
    note: Callable[[Faulted | Recovered], None]
    """Hears about faults; it must not report them to the metrics, which are what failed."""
    _strikes: defaultdict[str, _Strikes] = Factory(lambda: defaultdict(_Strikes))
    active: list[Metrics] = field(init=False, factory=list)
    """Those that receive events; it changes only when an event is timed, so that a loop over it is safe."""
    _stretch: int = field(init=False, default=0)
    """How many events are recorded between two that are timed; it grows while all is well."""

    def record_timed(self, event: Event) -> int:
        """Record one event, look at the clock, and return how many may follow untimed."""
        now = self.clock.monotonic()
        self.active[:] = [each for each in self.providers if self._strikes[each.name].aside_until <= now]
        self._stretch = min(2 * self._stretch + 1, MOST_UNTIMED)
        for metrics in self.active:
            start = self.clock.monotonic()
            try:
                metrics.record(event)
            except (Exception, CancelledError) as error:  # noqa: BLE001 - metrics must not break the answer
                self.failed(metrics, error)
            else:
                self._timed(metrics, self.clock.monotonic() - start)
        return self._stretch

    def failed(self, metrics: Metrics, error: BaseException) -> None:
        """Count a failure; the next event must be timed."""
        self._stretch = 0
        strikes = self._strikes[metrics.name]
        strikes.failures += 1
        self._fault(metrics, described(error), strikes.failures >= MOST_FAILURES)

    def _timed(self, metrics: Metrics, took: float) -> None:
        strikes = self._strikes[metrics.name]
        if took > SLOW:
            self._stretch = 0
            strikes.slow += 1
            self._fault(metrics, f"recording an event takes {took * 1e3:.3g} ms", strikes.slow >= MOST_SLOW)
            return
        if strikes.failures or strikes.slow:
            self.note(Recovered(f"metrics.{metrics.name}"))
            self._strikes[metrics.name] = _Strikes()
        if strikes.aside_until:
            log.warning("metrics.%s works again", metrics.name)

    def _fault(self, metrics: Metrics, reason: str, enough: bool) -> None:
        """Report a fault; a provider set aside for it is set aside again by the next one."""
        part, strikes = f"metrics.{metrics.name}", self._strikes[metrics.name]
        self.note(Faulted(part, reason))
        if not enough:
            return
        if not strikes.aside_until:
            log.warning("%s is left out until it works, tried every %.0f s: %s", part, ASIDE, reason)
        strikes.failures, strikes.slow = MOST_FAILURES - 1, MOST_SLOW - 1
        strikes.aside_until = self.clock.monotonic() + ASIDE
