"""A circuit breaker over a sliding failure rate, within this process."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable

from attrs import Factory, define, frozen

from ..clock import Clock
from ..errors import CircuitOpen, KeyRefused, RateLimited, Unavailable
from ..events import BreakerChanged, Event
from ..ports import BreakerState
from ..settings import BreakerSettings


PROBE_WAIT = 1.0
"""About how long a probe takes, in seconds: what those are told who come while one is under way."""


@frozen
class _Permit:
    name: str
    generation: int = 0
    """The state this call belongs to; a result that arrives after that state has ended is ignored."""


@define
class _Circuit:
    permit: _Permit
    """Shared by all calls in this state, so that a call allocates nothing."""
    state: BreakerState = "closed"
    until: float = 0.0
    """When the open state ends."""
    results: deque[tuple[float, bool]] = Factory(deque)
    failures: int = 0
    in_a_row: int = 0
    """Failures since the last success: a window full of successes must not hide a backend that has died."""
    probing: int = 0
    """Probes in flight while half-open."""
    passed: int = 0
    """Probes that succeeded."""
    open_for: float = 0.0
    """How long it stays open this time, in seconds."""


@define
class CircuitBreaker:
    """A circuit for each name, which opens when too large a share of the calls in the window failed.

    It leaves the open state when its time is over, as soon as anybody looks.
    """

    settings: BreakerSettings
    clock: Clock
    report: Callable[[Event], None]
    random: Callable[[], float] = random.random
    _circuits: dict[str, _Circuit] = Factory(dict)

    @property
    def _failed(self) -> str:
        slow = self.settings.slow_after
        return f"failed or took more than {slow:g} s" if slow else "failed"

    async def acquire(self, name: str) -> object:
        circuit = self._circuits.get(name)
        if circuit is None:
            circuit = self._circuits[name] = _Circuit(_Permit(name))
        if circuit.state != "closed":
            self._admit(name, circuit)
        return circuit.permit

    async def release(self, permit: object, error: BaseException | None) -> None:
        assert isinstance(permit, _Permit)  # noqa: S101
        circuit = self._circuits[permit.name]
        if permit is not circuit.permit:
            return
        if error is None and circuit.state == "closed":
            self._count(circuit, failed=False)
            return
        half_open = circuit.state == "half-open"
        circuit.probing -= half_open
        if isinstance(error, asyncio.CancelledError | RateLimited):
            return
        failed = isinstance(error, Unavailable) and not isinstance(error, KeyRefused)
        if half_open:
            self._probed(circuit, failed)
        else:
            self._count(circuit, failed=failed)

    async def state(self, name: str) -> BreakerState:
        circuit = self._circuits.get(name)
        if circuit is None:
            return "closed"
        self._advance(circuit)
        return circuit.state

    def left(self, name: str) -> float:
        circuit = self._circuits.get(name)
        return 0.0 if circuit is None else self._advance(circuit)

    def trip(self, name: str, seconds: float, reason: str) -> None:
        """Open the circuit of `name` for `seconds`, at most `open_at_most`, whatever its calls returned."""
        circuit = self._circuits.setdefault(name, _Circuit(_Permit(name)))
        circuit.open_for = self.settings.first_open_for
        self._open(circuit, min(seconds, self.settings.open_at_most), reason)

    def _advance(self, circuit: _Circuit) -> float:
        """Make a circuit half-open if its time is over, and return for how many seconds it stays open."""
        if circuit.state != "open":
            return 0.0
        left = circuit.until - self.clock.monotonic()
        if left <= 0:
            self._change(circuit, "half-open", "the open period is over")
        return max(0.0, left)

    def _admit(self, name: str, circuit: _Circuit) -> None:
        left = self._advance(circuit)
        if left > 0:
            raise CircuitOpen(
                f"{name} failed too often; its circuit is open for {left:.3g} s.", retry_after=left
            )
        if circuit.probing + circuit.passed >= self.settings.probes:
            wait = PROBE_WAIT * (0.5 + self.random())
            raise CircuitOpen(
                f"{name} failed too often and is being probed; try again in {wait:.2g} s.", retry_after=wait
            )
        circuit.probing += 1

    def _probed(self, circuit: _Circuit, failed: bool) -> None:
        if failed:
            longer = min(2 * circuit.open_for, self.settings.open_at_most)
            circuit.open_for = longer * (0.9 + 0.2 * self.random())
            self._open(circuit, circuit.open_for, "a probe failed")
            return
        circuit.passed += 1
        if circuit.passed >= self.settings.probes:
            passed = "the probe" if circuit.passed == 1 else f"{circuit.passed} probes"
            self._change(circuit, "closed", f"{passed} passed")

    def _count(self, circuit: _Circuit, *, failed: bool) -> None:
        now, results = self.clock.monotonic(), circuit.results
        results.append((now, failed))
        circuit.failures += failed
        circuit.in_a_row = circuit.in_a_row + 1 if failed else 0
        while results[0][0] <= now - self.settings.window:
            circuit.failures -= results.popleft()[1]
        if not failed:
            return
        enough = len(results) >= self.settings.min_calls
        share = enough and circuit.failures >= self.settings.failure_rate * len(results)
        if share or circuit.in_a_row >= self.settings.min_calls:
            failures = f"{circuit.failures} of {len(results)}" if share else f"the last {circuit.in_a_row}"
            circuit.open_for = self.settings.first_open_for
            self._open(circuit, circuit.open_for, f"{failures} calls {self._failed}")

    def _open(self, circuit: _Circuit, seconds: float, reason: str) -> None:
        circuit.until = self.clock.monotonic() + seconds
        self._change(circuit, "open", reason)

    def _change(self, circuit: _Circuit, state: BreakerState, reason: str) -> None:
        name, circuit.state = circuit.permit.name, state
        circuit.permit = _Permit(name, circuit.permit.generation + 1)
        circuit.results.clear()
        circuit.failures = circuit.in_a_row = circuit.probing = circuit.passed = 0
        self.report(BreakerChanged(name, state, reason))
