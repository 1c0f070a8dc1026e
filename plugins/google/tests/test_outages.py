"""Google is away in one way or another, and every question is answered all the same."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from places_core import Answer, Places
from places_google.testing import FakeGoogle, Trouble


DEADLINE = 3.0
AT_ONCE = 25
MANY = 500


@asynccontextmanager
async def stack(base_url: str) -> AsyncIterator[Places]:
    settings = {
        "backend": ["google", "local"],
        "cache": {"provider": "none"},
        "limiter": {"provider": "none"},
        "retry": {"deadline": DEADLINE, "attempts": 2, "base": 0.01},
        "plugins": {"google": {"api_key": "any-key", "base_url": base_url, "timeout": 0.4}},
    }
    async with Places.open(settings) as places:
        yield places


async def many_answers(places: Places) -> list[Answer]:
    """Ask from 500 different corners, 25 at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(number: int) -> Answer:
        async with turns:
            near = (60.1699 + number / 100_000, 24.9384)
            return await places.search_text("coffee", near=near, fields="places.id", limit=3)

    async with asyncio.timeout(60):
        return await asyncio.gather(*(ask(number) for number in range(MANY)))


def backends(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.trace.backend for answer in answers)


def check(answers: list[Answer]) -> None:
    assert MANY == len(answers)
    assert all(answer.places for answer in answers)
    assert max(answer.trace.seconds for answer in answers) <= DEADLINE
    for answer in answers:
        local = answer.trace.backend == "local"
        assert local == any(reason.startswith("google: ") for reason in answer.trace.fallbacks)


async def test_a_dead_google_leaves_all_to_the_local_places() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    async with stack(f"http://127.0.0.1:{port}/v1") as places:
        answers = await many_answers(places)

    check(answers)
    assert {"local": MANY} == backends(answers)
    assert "ConnectionFailed" in answers[0].trace.fallbacks[0]
    assert "CircuitOpen" in answers[-1].trace.fallbacks[0]


async def test_a_google_that_hangs_is_given_up_in_time() -> None:
    async with FakeGoogle.running(trouble=Trouble("hang")) as fake, stack(fake.base_url) as places:
        answers = await many_answers(places)

    check(answers)
    assert {"local": MANY} == backends(answers)
    assert "Timeout" in answers[0].trace.fallbacks[0]


async def test_a_google_that_drips_is_given_up_in_time() -> None:
    trouble = Trouble("drip", seconds=0.1)
    async with FakeGoogle.running(trouble=trouble) as fake, stack(fake.base_url) as places:
        answers = await many_answers(places)

    check(answers)
    assert {"local": MANY} == backends(answers)


@pytest.mark.parametrize(
    ("kind", "why"), [("reset", "ConnectionFailed"), ("truncated", "BadAnswer"), ("502", "Unavailable")]
)
async def test_a_google_that_breaks_off_half_of_its_answers(kind: str, why: str) -> None:
    trouble = Trouble(kind)
    async with (
        FakeGoogle.running(trouble=trouble, trouble_every=2) as fake,
        stack(fake.base_url) as places,
    ):
        answers = await many_answers(places)

    check(answers)
    assert {"google", "local"} == set(backends(answers))
    reasons = " ".join(reason for answer in answers for reason in answer.trace.fallbacks)
    assert why in reasons
