"""What every limiter must do."""

from __future__ import annotations

import asyncio

import pytest

from ...deadline import TimeLimit
from ...errors import InvalidRequest, RateLimited
from ...ports import Limiter
from ..clock import FakeClock
from .base import Contract, Wait


class LimiterContract(Contract):
    """Inherit, and provide a fixture `limiter`: 5 calls a second, opened with the fixture `clock`."""

    limit = 5
    period = 1.0

    @pytest.fixture
    def patient(self, limiter: Limiter) -> Limiter:
        """The same with a `max_wait` of more than a second; override it for a limiter that can wait."""
        return limiter

    async def test_as_many_calls_pass_as_the_limit_says(self, limiter: Limiter) -> None:
        for left in range(self.limit - 1, -1, -1):
            assert left == (await limiter.acquire("key")).remaining

        with pytest.raises(RateLimited):
            await limiter.acquire("key")

    async def test_simultaneous_callers_cannot_pass_the_limit(self, limiter: Limiter) -> None:
        results = await asyncio.gather(*(limiter.acquire("key") for _ in range(50)), return_exceptions=True)

        assert 50 - self.limit == sum(isinstance(result, RateLimited) for result in results)

    async def test_after_the_wait_that_was_told_the_call_passes(self, limiter: Limiter, wait: Wait) -> None:
        for _ in range(self.limit):
            await limiter.acquire("key")
        with pytest.raises(RateLimited) as refused:
            await limiter.acquire("key")
        await wait(refused.value.retry_after)

        await limiter.acquire("key")

    async def test_the_wait_is_never_nothing_and_never_longer_than_the_period(self, limiter: Limiter) -> None:
        for _ in range(self.limit):
            await limiter.acquire("key")
        with pytest.raises(RateLimited) as refused:
            await limiter.acquire("key")

        assert 0 < refused.value.retry_after <= self.period

    async def test_a_call_can_cost_more_than_one(self, limiter: Limiter) -> None:
        assert self.limit - 3 == (await limiter.acquire("key", cost=3)).remaining
        with pytest.raises(RateLimited):
            await limiter.acquire("key", cost=self.limit - 2)

    async def test_a_refused_call_costs_nothing(self, limiter: Limiter) -> None:
        await limiter.acquire("key", cost=3)
        with pytest.raises(RateLimited):
            await limiter.acquire("key", cost=self.limit)

        assert self.limit - 3 == (await limiter.peek("key")).remaining

    async def test_what_can_never_fit_is_told_so(self, limiter: Limiter) -> None:
        with pytest.raises(RateLimited) as refused:
            await limiter.acquire("key", cost=self.limit + 1)

        assert float("inf") == refused.value.retry_after

    async def test_who_would_wait_beyond_the_deadline_is_refused_at_once(
        self, patient: Limiter, clock: FakeClock
    ) -> None:
        await patient.acquire("key", cost=self.limit)
        with TimeLimit(self.period / 2, clock), pytest.raises(RateLimited):
            await asyncio.wait_for(patient.acquire("key", cost=self.limit), 10 * self.period)

        assert (await patient.peek("key")).remaining < self.limit

    @pytest.mark.parametrize("cost", [0, -1, 1.5])
    async def test_a_cost_below_one_is_refused(self, limiter: Limiter, cost: int) -> None:
        with pytest.raises(InvalidRequest, match="cost"):
            await limiter.acquire("key", cost=cost)

    async def test_keys_do_not_share_a_limit(self, limiter: Limiter) -> None:
        await limiter.acquire("one", cost=self.limit)

        assert self.limit - 1 == (await limiter.acquire("other")).remaining

    async def test_peek_takes_nothing(self, limiter: Limiter) -> None:
        await limiter.acquire("key")
        first, second = await limiter.peek("key"), await limiter.peek("key")

        assert self.limit == first.limit
        assert self.limit - 1 == first.remaining == second.remaining

    async def test_reset_makes_the_limit_whole(self, limiter: Limiter) -> None:
        await limiter.acquire("key", cost=self.limit)
        await limiter.reset("key")

        assert self.limit == (await limiter.peek("key")).remaining

    async def test_the_limit_is_whole_again_after_the_time_that_was_told(
        self, limiter: Limiter, wait: Wait
    ) -> None:
        permit = await limiter.acquire("key", cost=self.limit)
        await wait(permit.reset_after)

        assert self.limit == (await limiter.peek("key")).remaining
