"""What every breaker must do."""

from __future__ import annotations

import asyncio

import pytest

from ...errors import CircuitOpen, KeyRefused, NotFound, RateLimited, Unavailable
from ...ports import Breaker
from .base import Contract, Wait


class BreakerContract(Contract):
    """Inherit, and provide a fixture `breaker`, opened with the fixture `clock`.

    It opens when half of at least 4 calls in 10 s failed, stays open for 5 s, then lets 2 probes pass.
    """

    async def _call(self, breaker: Breaker, error: BaseException | None = None, name: str = "name") -> None:
        await breaker.release(await breaker.acquire(name), error)

    async def _open(self, breaker: Breaker) -> None:
        for _ in range(4):
            await self._call(breaker, Unavailable("down"))

    async def test_it_starts_closed(self, breaker: Breaker) -> None:
        assert "closed" == await breaker.state("name")

    async def test_it_opens_at_the_failure_rate(self, breaker: Breaker) -> None:
        for error in (None, None, Unavailable("down"), Unavailable("down")):
            await self._call(breaker, error)

        assert "open" == await breaker.state("name")
        with pytest.raises(CircuitOpen) as refused:
            await breaker.acquire("name")
        assert 0 < refused.value.retry_after <= 5

    async def test_too_few_calls_are_no_verdict(self, breaker: Breaker) -> None:
        for _ in range(3):
            await self._call(breaker, Unavailable("down"))

        assert "closed" == await breaker.state("name")

    async def test_old_failures_are_forgotten(self, breaker: Breaker, wait: Wait) -> None:
        for _ in range(3):
            await self._call(breaker, Unavailable("down"))
        await wait(10.1)
        await self._call(breaker)
        await self._call(breaker, Unavailable("down"))

        assert "closed" == await breaker.state("name")

    async def test_failures_in_a_row_open_it_however_rare_they_are(
        self, breaker: Breaker, wait: Wait
    ) -> None:
        await self._call(breaker)
        for _ in range(3):
            await self._call(breaker, Unavailable("down"))
        await wait(10.1)
        await self._call(breaker, Unavailable("down"))

        assert "open" == await breaker.state("name")

    async def test_it_leaves_the_open_state_without_a_call(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        before = breaker.left("name")
        await wait(5.1)

        assert 0 <= before <= 5
        assert 0 == breaker.left("name")
        assert "half-open" == await breaker.state("name")

    @pytest.mark.parametrize(
        "error",
        [NotFound("no"), RateLimited("slow", retry_after=1), KeyRefused("no"), asyncio.CancelledError()],
        ids=repr,
    )
    async def test_what_is_no_failure_of_the_provider_does_not_open_it(
        self, breaker: Breaker, error: BaseException
    ) -> None:
        for _ in range(20):
            await self._call(breaker, error)

        assert "closed" == await breaker.state("name")

    async def test_names_have_breakers_of_their_own(self, breaker: Breaker) -> None:
        await self._open(breaker)

        await self._call(breaker, None, "another")

    async def test_half_open_lets_only_the_probes_pass(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        await wait(5.1)
        results = await asyncio.gather(*(breaker.acquire("name") for _ in range(50)), return_exceptions=True)

        assert 48 == sum(isinstance(result, CircuitOpen) for result in results)
        assert "half-open" == await breaker.state("name")

    async def test_it_closes_when_the_probes_pass(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        await wait(5.1)
        await self._call(breaker)
        await self._call(breaker)

        assert "closed" == await breaker.state("name")

    async def test_a_failed_probe_opens_it_again(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        await wait(5.1)
        await self._call(breaker, Unavailable("still down"))

        assert "open" == await breaker.state("name")

    async def test_a_cancelled_probe_frees_its_place(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        await wait(5.1)
        for _ in range(10):
            await self._call(breaker, asyncio.CancelledError())

        assert "half-open" == await breaker.state("name")

    async def test_a_late_result_of_an_earlier_state_is_ignored(self, breaker: Breaker, wait: Wait) -> None:
        late = [await breaker.acquire("name") for _ in range(3)]
        await self._open(breaker)
        await wait(5.1)
        probe = await breaker.acquire("name")
        for permit, error in zip(late, (None, Unavailable("down"), None), strict=True):
            await breaker.release(permit, error)

        assert "half-open" == await breaker.state("name")
        await breaker.release(probe, None)

    async def test_after_it_closed_old_failures_do_not_count(self, breaker: Breaker, wait: Wait) -> None:
        await self._open(breaker)
        await wait(5.1)
        await self._call(breaker)
        await self._call(breaker)
        for _ in range(3):
            await self._call(breaker, Unavailable("down"))

        assert "closed" == await breaker.state("name")
