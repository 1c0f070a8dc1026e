"""Whether a backend refuses the key of this server."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

from attrs import define, field

from ..clock import Clock
from ..errors import KeyRefused
from ..events import Event, Faulted, Recovered
from ..settings import BreakerSettings


log = logging.getLogger("places.stack")


@define
class KeyMonitor:
    """Reports each refusal of one backend's key, and logs only when that changes.

    A refused key is due for another try after `open_for` seconds, and after twice as long each time it is
    refused again once it was due, up to `open_at_most`. Calls go on meanwhile, and neither they nor their
    absence move that time.
    """

    backend: str
    settings: BreakerSettings
    clock: Clock
    report: Callable[[Event], None]
    _wait: float = field(default=0.0, init=False)
    """How long the key rests this time, in seconds; 0 while it is accepted."""
    _until: float = field(default=0.0, init=False)
    _accepted_at: float = field(default=-math.inf, init=False)
    _refused_at: dict[str, float] = field(factory=dict, init=False)
    """When each operation that is refused was refused last."""

    def refused(self, error: KeyRefused, operation: str) -> None:
        """Report a refusal; what the provider said, the cause of the error, goes into the log alone.

        While other operations are accepted, the key does not rest.
        """
        now = self.clock.monotonic()
        if not self._refused_at:
            log.warning("%s refuses our key: %s", self.backend, error.__cause__ or error)
        self._refused_at[operation] = now
        if now - self._accepted_at >= self.settings.first_open_for:
            self._schedule_next_try(now)
        self.report(Faulted(f"key.{self.backend}", str(error)))

    def accepted(self, operation: str, now: float) -> None:
        """Note that the key works, and report it if no operation is refused any more."""
        self._accepted_at = now
        if not self._refused_at:
            return
        self._wait = self._until = 0.0
        long_ago = now - self.settings.open_at_most
        for each in [each for each, at in self._refused_at.items() if each == operation or at < long_ago]:
            del self._refused_at[each]
        if not self._refused_at:
            log.warning("%s accepts our key again", self.backend)
            self.report(Recovered(f"key.{self.backend}"))

    def _schedule_next_try(self, now: float) -> None:
        if now < self._until:
            return
        longer = min(2 * self._wait, self.settings.open_at_most)
        self._wait = longer or self.settings.first_open_for
        self._until = now + self._wait

    def left(self) -> float:
        """Return for how many seconds the key is not due for another try."""
        return max(0.0, self._until - self.clock.monotonic())
