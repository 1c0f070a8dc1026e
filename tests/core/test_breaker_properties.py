"""What a breaker promises, for any order of calls, results and waits."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.errors import CircuitOpen, NotFound, Unavailable
from places_core.events import BreakerChanged, Event
from places_core.settings import BreakerSettings
from places_core.testing import FakeClock


RESULTS = st.sampled_from(["fine", "failed", "not found", "cancelled"])
ERRORS: dict[str, BaseException | None] = {
    "fine": None,
    "failed": Unavailable("down"),
    "not found": NotFound("no"),
    "cancelled": asyncio.CancelledError(),
}
STEPS = {("closed", "open"), ("open", "half-open"), ("half-open", "open"), ("half-open", "closed")}


class BreakerMachine(RuleBasedStateMachine):
    """50 callers at once, results that come late, and a clock that jumps."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.states = FakeClock(), ["closed"]
        chosen = BreakerSettings(window=10, min_calls=3, failure_rate=0.5, open_for=5, probes=2)
        self.breaker = MemoryBreaker(chosen, self.clock, self.told, lambda: 0.5)
        self.probing: list[object] = []
        self.refusals: list[float] = []
        self.loop = asyncio.new_event_loop()

    def teardown(self) -> None:
        self.loop.close()

    def told(self, event: Event) -> None:
        assert isinstance(event, BreakerChanged)
        assert (self.states[-1], event.state) in STEPS
        self.states.append(event.state)
        self.probing = []

    @rule(target=permits)
    def call(self) -> object:
        try:
            permit = self.loop.run_until_complete(self.breaker.acquire("name"))
        except CircuitOpen as refused:
            self.refusals.append(refused.retry_after)
            return None
        if self.states[-1] == "half-open":
            self.probing.append(permit)
        return permit

    @rule(permit=consumes(permits), result=RESULTS)
    def end(self, permit: object, result: str) -> None:
        if permit is None:
            return
        before, known = self.states[-1], any(permit is probe for probe in self.probing)
        self.loop.run_until_complete(self.breaker.release(permit, ERRORS[result]))
        if before == "half-open" and not known:
            assert before == self.states[-1], "a late result changed the state"
        if result == "cancelled" and known:
            self.probing.pop()  # probes of one state are alike

    @rule()
    def fifty_call_at_once(self) -> None:
        async def all_at_once() -> list[object]:
            return await asyncio.gather(
                *(self.breaker.acquire("name") for _ in range(50)), return_exceptions=True
            )

        permits = [p for p in self.loop.run_until_complete(all_at_once()) if not isinstance(p, CircuitOpen)]
        if self.states[-1] == "half-open":
            assert len(permits) <= 2
        for permit in permits:
            self.loop.run_until_complete(self.breaker.release(permit, asyncio.CancelledError()))

    @rule(seconds=st.floats(0, 20))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def every_refusal_tells_a_wait(self) -> None:
        assert all(wait > 0 for wait in self.refusals)

    @invariant()
    def no_more_than_the_probes_pass_while_half_open(self) -> None:
        if self.states[-1] == "half-open":
            assert len(self.probing) <= 2


BreakerMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestBreakerMachine = BreakerMachine.TestCase
