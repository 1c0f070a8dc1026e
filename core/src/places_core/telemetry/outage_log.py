"""Log the outage of a backend in a line for each change, not for each query."""

from __future__ import annotations

import logging

from attrs import Factory, define

from ..clock import Clock
from ..errors import BadAnswer, ConnectionFailed, KeyRefused, Timeout, Unavailable
from ..events import Attempted, BreakerChanged, Event, FellBack


log = logging.getLogger("places.backend")

CALM = 60.0
"""Seconds without a fallback after which a successful call ends an outage that opened no circuit."""

_FAILURES = frozenset(cls.__name__ for cls in (Unavailable, Timeout, ConnectionFailed, BadAnswer))
_NO_OUTAGE = ("empty", KeyRefused.__name__)
"""Why a backend is replaced that is well; of a refused key, its monitor warns."""


@define
class OutageLog:
    """Warns when a backend is first replaced, when its circuit opens, and when it works again."""

    clock: Clock
    _replaced: dict[str, float] = Factory(dict)
    """The backends in an outage, and when the next one was last asked in their place."""
    _opened: set[str] = Factory(set)
    _last: dict[str, str] = Factory(dict)
    """How the last failed call of each backend ended."""

    def __call__(self, event: Event) -> None:
        match event:
            case Attempted():
                self._attempted(event)
            case FellBack():
                self._fell_back(event)
            case BreakerChanged():
                self._changed(event)

    def _attempted(self, event: Attempted) -> None:
        name = event.backend
        if event.outcome in _FAILURES:
            self._last[name] = event.outcome
        elif event.outcome == "ok" and name in self._replaced and name not in self._opened:
            self._ended(name)

    def _ended(self, name: str) -> None:
        if self.clock.monotonic() - self._replaced[name] >= CALM:
            del self._replaced[name]
            log.warning("%s works again", name)

    def _fell_back(self, event: FellBack) -> None:
        if event.reason in _NO_OUTAGE:
            return
        level = logging.DEBUG if event.backend in self._replaced else logging.WARNING
        self._replaced[event.backend] = self.clock.monotonic()
        why = f"{event.reason}: {event.detail}" if event.detail else event.reason
        log.log(level, "%s could not answer, asking %s instead: %s", event.backend, event.to, why)

    def _changed(self, event: BreakerChanged) -> None:
        name = event.backend
        if event.state == "closed" and name in self._opened:
            self._opened.discard(name)
            self._replaced.pop(name, None)
            log.warning("%s works again, its circuit is closed: %s", name, event.reason)
            return
        first = event.state == "open" and name not in self._opened
        if first:
            self._opened.add(name)
        last = f" (last: {self._last[name]})" if event.state == "open" and name in self._last else ""
        level = logging.WARNING if first else logging.DEBUG
        log.log(level, "the circuit of %s is %s: %s%s", name, event.state, event.reason, last)
