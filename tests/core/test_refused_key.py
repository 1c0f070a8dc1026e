"""A backend that refuses the key of this server: what callers get, and what the operator is told."""

from __future__ import annotations

import contextlib
import logging

import pytest

from places_core.errors import KeyRefused, PermissionDenied, PlacesError, Unauthenticated
from places_core.testing import FakeBackend, FakeClock, fake_places


REFUSALS = (
    KeyRefused("The key is refused."),
    Unauthenticated("unknown to project 123"),
    PermissionDenied("not for project 123"),
)
WAITS = {"open_for": 10, "open_at_most": 25}


class Spare(FakeBackend):
    name = "spare"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda error: type(error).__name__)
async def test_the_next_backend_answers_and_the_stack_is_degraded(
    clock: FakeClock, refusal: PlacesError
) -> None:
    refused = FakeBackend(clock, errors=[refusal])
    async with fake_places(refused, Spare(clock), clock=clock) as places:
        before = await places.status()
        answer = await places.search_text("coffee")
        during = await places.status()
        await places.search_text("pharmacy")
        after = await places.status()

    assert ("spare", 2) == (answer.trace.backend, answer.trace.attempts)
    assert "123" not in "".join(answer.trace.fallbacks)
    assert ["ready", "degraded", "ready"] == [status["state"] for status in (before, during, after)]
    assert [True] * 3 == [status["ready"] for status in (before, during, after)]
    [fault] = during["faults"]
    assert ("key.fake", True) == (fault["part"], fault["failing"])
    assert "123" not in fault["error"]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda error: type(error).__name__)
async def test_what_was_known_is_answered_stale(
    backend: FakeBackend, clock: FakeClock, refusal: PlacesError
) -> None:
    cache = {"ttl": 10, "stale": 0, "jitter": 0}
    async with fake_places(backend, clock=clock, cache=cache) as places:
        await places.search_text("coffee")
        clock.now += 60
        backend.errors = [refusal]
        answer = await places.search_text("coffee")

    assert ("stale", 60) == (answer.trace.cache, answer.trace.age)


@pytest.mark.parametrize("others", [0, 1])
async def test_the_operator_is_warned_once_and_told_when_the_key_works_again(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, others: int
) -> None:
    backend, spares = FakeBackend(clock), [Spare(clock)] * others
    async with fake_places(backend, *spares, clock=clock, cache={"provider": "none"}) as places:
        for _ in range(20):
            backend.errors.append(PermissionDenied("Pay the bill of project 123."))
            with contextlib.suppress(KeyRefused):
                await places.search_text("coffee")
        await places.search_text("coffee")

    refused, accepted = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert refused.endswith("Pay the bill of project 123.")
    assert "fake accepts our key again" == accepted


async def test_the_only_backend_is_ready_for_another_try_after_a_while_and_longer_each_time(
    backend: FakeBackend, clock: FakeClock
) -> None:
    async with fake_places(backend, clock=clock, breaker=WAITS) as places:
        unready = []
        for _ in range(3):
            backend.errors.append(KeyRefused("no"))
            with pytest.raises(KeyRefused):
                await places.search_text("coffee")
            assert "unready" == (await places.status())["state"]
            start = clock.now
            while not places.ready():
                clock.now += 1
            unready.append(clock.now - start)
        assert "degraded" == (await places.status())["state"]
        await places.search_text("coffee")
        assert "ready" == (await places.status())["state"]

    assert [10, 20, 25] == unready


async def test_queries_do_not_postpone_when_the_key_is_due_for_another_try(
    backend: FakeBackend, clock: FakeClock
) -> None:
    async with fake_places(backend, clock=clock, breaker=WAITS) as places:
        ready = []
        for _ in range(8):
            ready.append(places.ready())
            backend.errors.append(KeyRefused("no"))
            with pytest.raises(KeyRefused):
                await places.search_text("coffee")
            clock.now += 5
        [fault] = (await places.status())["faults"]

    assert [True, False, True, False, False, False, True, False] == ready
    assert 8 == fault["count"]


async def test_a_key_that_works_again_makes_it_ready_at_once(backend: FakeBackend) -> None:
    backend.errors = [KeyRefused("no")]
    async with fake_places(backend) as places:
        with pytest.raises(KeyRefused):
            await places.search_text("coffee")
        refused = places.ready()
        await places.search_text("coffee")

        assert (False, True) == (refused, places.ready())


async def test_an_operation_that_is_refused_while_others_work_changes_neither_readiness_nor_the_log(
    backend: FakeBackend, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = {"provider": "none"}
    with caplog.at_level(logging.WARNING):
        async with fake_places(backend, clock=clock, breaker=WAITS, cache=cache) as places:
            ready = []
            for _ in range(50):
                await places.search_text("coffee")
                backend.errors = [PermissionDenied("not enabled")]
                with pytest.raises(KeyRefused):
                    await places.autocomplete("cof")
                ready.append(places.ready())
                clock.now += 1

    assert [True] * 50 == ready
    assert ["fake refuses our key: not enabled"] == caplog.messages
