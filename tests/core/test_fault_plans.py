"""Fault plans: what they do to a stack, and what is said about a plan that is wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from places_core.errors import ConfigError, ConnectionFailed, NotFound, PlacesError, Timeout, Unavailable
from places_core.fault_injection.plan import TARGETS, load_plan
from places_core.testing import FakeBackend, FakeClock, fake_places


Plan = Callable[[str], Path]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    def written(text: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text)
        return path

    return written


async def outcomes(count: int, **settings: Any) -> list[str]:
    calm: dict[str, Any] = {
        "retry": {"attempts": 1},
        "breaker": {"provider": "none"},
        "limiter": {"provider": "none"},
    }
    seen = []
    async with fake_places(**(calm | settings)) as places:
        for number in range(count):
            try:
                answer = await places.search_text(f"coffee {number}")
            except PlacesError as error:
                seen.append(type(error).__name__)
            else:
                seen.append(answer.trace.cache)
    return seen


async def test_a_share_of_the_calls_fails_and_the_same_seed_hits_the_same_calls(plan: Plan) -> None:
    half = '[[faults]]\nkind = "error"\nshare = 0.5\n'

    first = await outcomes(40, fault_plan=plan(f"seed = 7\n{half}"))
    again = await outcomes(40, fault_plan=plan(f"seed = 7\n{half}"))
    other = await outcomes(40, fault_plan=plan(f"seed = 8\n{half}"))

    assert first == again != other
    assert 10 < first.count("Unavailable") < 30
    assert {"Unavailable", "miss"} == set(first)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ('kind = "error"', Unavailable),
        ('kind = "error"\nerror = "NotFound"', NotFound),
        ('kind = "drop"', ConnectionFailed),
        ('kind = "hang"', Timeout),
        ('kind = "latency"\nseconds = 60', Timeout),
    ],
)
async def test_each_kind_of_fault_ends_as_its_real_counterpart(
    plan: Plan, fault: str, raised: type[PlacesError]
) -> None:
    clock = FakeClock()
    settings: dict[str, Any] = {
        "retry": {"attempts": 1, "deadline": 1},
        "fault_plan": plan(f"[[faults]]\n{fault}"),
    }

    async with fake_places(clock=clock, **settings) as places:
        asking = asyncio.create_task(places.search_text("coffee"))
        await clock.advance(1)
        with pytest.raises(raised):
            await asking


async def test_latency_delays_the_call_by_its_seconds(plan: Plan) -> None:
    clock = FakeClock(auto=True)
    slow = plan('[[faults]]\nkind = "latency"\nseconds = 2.5\n')

    async with fake_places(clock=clock, fault_plan=slow) as places:
        answer = await places.search_text("coffee")

    assert 2.5 == answer.trace.seconds


async def test_a_fault_hits_its_operation_and_its_time_only(plan: Plan) -> None:
    clock = FakeClock(auto=True)
    timed = plan('[[faults]]\nkind = "drop"\noperation = "search_text"\nafter = 10\nuntil = 20\n')
    settings: dict[str, Any] = {"retry": {"attempts": 1}, "cache": {"provider": "none"}, "fault_plan": timed}

    async with fake_places(clock=clock, **settings) as places:
        await places.search_text("coffee")
        await clock.advance(10)
        with pytest.raises(ConnectionFailed):
            await places.search_text("coffee")
        await places.search_nearby((60.17, 24.94))
        await clock.advance(10)
        await places.search_text("coffee")


async def test_a_cache_that_fails_by_plan_is_a_miss_and_a_fault(plan: Plan) -> None:
    async with fake_places(fault_plan=plan('[[faults]]\nkind = "drop"\npart = "cache"\n')) as places:
        await places.search_text("coffee")
        status = await places.status()

    assert ["cache.memory"] == [fault["part"] for fault in status["faults"]]


async def test_a_limiter_that_fails_by_plan_is_replaced(plan: Plan) -> None:
    settings: dict[str, Any] = {
        "limiter": {"rate": "1/minute"},
        "fault_plan": plan('[[faults]]\nkind = "error"\npart = "limiter"'),
    }

    async with fake_places(**settings) as places:
        await places.search_text("coffee")
        with pytest.raises(PlacesError, match="fake"):
            await places.search_text("tea")


async def test_the_plan_is_shown_in_status_and_announced_in_the_log(
    plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    text = '[[faults]]\nkind = "latency"\nseconds = 0.5\nname = "fake"\nshare = 0.25\nafter = 3\nuntil = 9\n'

    with caplog.at_level(logging.WARNING):
        async with fake_places(FakeBackend(FakeClock(auto=True)), fault_plan=plan(text)) as places:
            shown = (await places.status())["fault_plan"]
    async with fake_places() as places:
        assert "fault_plan" not in await places.status()

    described = "latency of 0.5 s in 25 % of backend.fake from 3 s until 9 s"
    assert [{"fault": described, "hits": 0}] == shown
    assert f"faults are injected on purpose (seed 0): {described}" in caplog.text


def test_every_fault_of_a_plan_is_named_at_once(plan: Plan) -> None:
    path = plan("""
sed = 1
[[faults]]
kind = "latencie"
share = 2
[[faults]]
kind = "drop"
operation = "search_txt"
seconds = 0
[[faults]]
kind = "drop"
part = "cache"
operation = "gett"
bakend = "google"
""")

    with pytest.raises(ConfigError) as caught:
        load_plan(path)

    operations = ", ".join(TARGETS["backend"])
    faults = [fault.removeprefix(f"{path}: ") for fault in caught.value.faults]
    assert [
        "sed: there is no such key; there are seed, faults; did you mean seed?",
        "faults[0].kind: got 'latencie'; allowed: one of latency, error, drop, hang",
        "faults[0].share: got 2; allowed: above 0 and at most 1",
        f"faults[1].operation: got 'search_txt'; allowed: {operations}; did you mean search_text?",
        "faults[1].seconds: got 0; allowed: above 0",
        "faults[2].bakend: there is no such key",
        "faults[2].operation: got 'gett'; allowed: get, set, delete; did you mean get?",
    ] == [fault.partition("; there are kind")[0] for fault in faults]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "faults: got None; allowed: tables, each headed [[faults]]"),
        ("faults = 3", "faults: got 3; allowed: tables, each headed [[faults]]"),
        ("faults = [3]", "faults[0]: got 3; allowed: a table"),
        ('seed = "x"\n[[faults]]\nkind = "drop"', "seed: got 'x'; allowed: a whole number"),
        ("faults =", "Invalid value (at end of document)"),
        (
            '[[faults]]\nkind = "drop"\nafter = 60\nuntil = 5',
            "faults[0].until: got 5; allowed: above after, which is 60",
        ),
        (
            '[[faults]]\nkind = "error"\nseconds = 3',
            "faults[0].seconds: got 3; only the kind latency takes it",
        ),
        (
            '[[faults]]\nkind = "error"\npart = "cache"\nerror = "NotFound"',
            "faults[0].error: got 'NotFound'; only the kind error of a backend takes it",
        ),
    ],
)
def test_a_plan_that_is_no_plan_is_refused(plan: Plan, text: str, fault: str) -> None:
    path = plan(text)

    with pytest.raises(ConfigError) as caught:
        load_plan(path)

    assert (f"{path}: {fault}",) == caught.value.faults


async def test_a_plan_that_names_no_provider_of_this_stack_is_refused(plan: Plan) -> None:
    path = plan('[[faults]]\nkind = "drop"\nname = "fkae"\n')

    with pytest.raises(
        ConfigError,
        match=rf"{path}: faults\[0\].name: got 'fkae'; allowed in this stack: fake; did you mean fake",
    ):
        async with fake_places(fault_plan=path):
            pass


async def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file or directory"):
        async with fake_places(fault_plan=tmp_path / "none.toml"):
            pass
