from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from places_core import Places
from places_core.errors import ConfigError, KeyRefused
from places_core.models import Details, TextSearch
from places_core.testing import FakeClock
from places_google.backend import GoogleBackend
from places_google.testing import FakeGoogle


Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]

COFFEE = TextSearch("coffee", fields="places.id")


def used(fake: FakeGoogle) -> list[str]:
    return [call.headers["X-Goog-Api-Key"] for call in fake.calls]


async def ask(backend: GoogleBackend, times: int) -> None:
    for _ in range(times):
        await backend.search_text(COFFEE)


async def test_several_keys_are_used_in_turn(fake: FakeGoogle, opened: Opened, keys: Any) -> None:
    keys.values = ["key-a", "key-b", "key-c"]
    async with opened(base_url=fake.base_url) as backend:
        await ask(backend, 9)

    assert {"key-a": 3, "key-b": 3, "key-c": 3} == Counter(used(fake))


@pytest.mark.parametrize(
    "reason", ["API_KEY_INVALID", "API_KEY_IP_ADDRESS_BLOCKED", "SERVICE_DISABLED", "CONSUMER_SUSPENDED"]
)
async def test_a_refused_key_is_set_aside_with_a_warning_that_does_not_name_it(
    fake: FakeGoogle, opened: Opened, keys: Any, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    keys.values, fake.refused = ["key-good", "key-dubious"], {"key-dubious": reason}
    async with opened(base_url=fake.base_url) as backend:
        await ask(backend, 10)
        health = await backend.health()

    assert 1 == used(fake).count("key-dubious")
    assert f"2 API keys, 1 refused ({reason})" == health.detail
    warnings = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert [f"Google refused API key 2 of 2 ({reason}); it is set aside for 10 minutes"] == warnings


async def test_a_key_that_was_set_aside_is_tried_again_later(
    fake: FakeGoogle, opened: Opened, keys: Any, clock: FakeClock
) -> None:
    keys.values, fake.refused = ["key-good", "key-dubious"], {"key-dubious": "BILLING_DISABLED"}
    async with opened(base_url=fake.base_url) as backend:
        await ask(backend, 4)
        fake.refused.clear()
        clock.now += 601
        await ask(backend, 4)

        assert "2 API keys" == (await backend.health()).detail
    assert 3 == used(fake).count("key-dubious")


async def test_when_all_keys_are_refused_each_is_tried_once_and_then_one_a_question(
    fake: FakeGoogle, opened: Opened, keys: Any
) -> None:
    keys.values = ["key-a", "key-b"]
    fake.refused = {"key-a": "API_KEY_INVALID", "key-b": "API_KEY_SERVICE_BLOCKED"}
    async with opened(base_url=fake.base_url) as backend:
        with pytest.raises(KeyRefused):
            await ask(backend, 1)
        assert {"key-a", "key-b"} == set(used(fake))
        assert 2 == len(fake.calls)
        assert not (await backend.health()).ok

        with pytest.raises(KeyRefused):
            await ask(backend, 1)
        assert 3 == len(fake.calls)

        fake.refused.clear()
        await ask(backend, 1)
        assert (await backend.health()).ok


async def test_callers_learn_of_a_refused_key_in_our_words_and_the_log_in_googles(
    fake: FakeGoogle, caplog: pytest.LogCaptureFixture
) -> None:
    fake.refused = {"any-key": "SERVICE_DISABLED"}
    section = {"api_key": "any-key", "base_url": fake.base_url}
    async with Places.open({"backend": "google", "plugins": {"google": section}}) as places:
        for _ in range(5):
            with pytest.raises(KeyRefused) as refused:
                await places.search_text("coffee")
        during = places.ready()
        fake.refused.clear()
        await places.search_text("coffee")

        assert (False, True) == (during, places.ready())
    reason = "Google refuses the key of this server (SERVICE_DISABLED)."
    advice = "Enable the Places API (New) for the key's project."
    assert f"{reason} {advice}" == str(refused.value)
    warned, recovered = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert all(
        said in warned
        for said in ("SERVICE_DISABLED", "project 123456789012", "console.developers.google.com")
    )
    assert "any-key" not in warned
    assert "google accepts our key again" == recovered


async def test_a_used_up_quota_does_not_cost_another_key(fake: FakeGoogle, opened: Opened, keys: Any) -> None:
    """Google forbids to get around quotas by means of several projects."""
    keys.values, fake.per_day = ["key-a", "key-b"], 0
    async with opened(base_url=fake.base_url) as backend:
        with pytest.raises(Exception, match="quota"):
            await ask(backend, 1)

    assert 1 == len(fake.calls)


async def test_the_source_is_asked_at_most_twice_a_second(
    fake: FakeGoogle, opened: Opened, keys: Any, clock: FakeClock
) -> None:
    async with opened(base_url=fake.base_url) as backend:
        await ask(backend, 5)
        asked = keys.asked
        clock.now += 0.6
        await ask(backend, 5)

    assert 1 == keys.asked - asked


@pytest.mark.parametrize(
    "lost", [(), (OSError("gone"),), (RuntimeError("the vault is sealed"),), ("no\nheader",)]
)
async def test_a_source_that_fails_costs_no_request(
    fake: FakeGoogle,
    opened: Opened,
    keys: Any,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    lost: Sequence[str | Exception],
) -> None:
    async with opened(base_url=fake.base_url) as backend:
        keys.values = lost
        for _ in range(3):
            clock.now += 1
            await ask(backend, 1)

    assert ["test-key-1"] * 3 == used(fake)
    assert 1 == len([each for each in caplog.records if each.levelno == logging.WARNING])


async def test_a_source_that_hangs_costs_a_second_once_and_no_request(
    fake: FakeGoogle, opened: Opened, keys: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(base_url=fake.base_url) as backend:
        keys.hangs = True
        asked, clock.now = keys.asked, clock.now + 1
        first = asyncio.create_task(ask(backend, 1))
        await clock.advance(1)
        await first
        for _ in range(4):
            await ask(backend, 1)
            await clock.advance(1)
        assert 1 == keys.asked - asked
        keys.hangs, keys.values = False, ["key-new"]
        await clock.advance(10)
        await ask(backend, 1)

    assert [*["test-key-1"] * 5, "key-new"] == used(fake)
    assert ["no answer within 1 s"] == [
        each.getMessage().partition("TimeoutError: ")[2]
        for each in caplog.records
        if each.levelno == logging.WARNING
    ]


async def test_a_source_that_hangs_at_the_start_starts_nothing(
    opened: Opened, keys: Any, clock: FakeClock
) -> None:
    keys.hangs = True
    opening = asyncio.create_task(opened().__aenter__())
    await clock.advance(10)
    with pytest.raises(ConfigError, match="no answer within 10 s"):
        await opening


@pytest.mark.parametrize("given", [[], ["key with blanks"], ["kéy"], [OSError("no such file")]])
async def test_without_a_usable_key_nothing_is_started(
    opened: Opened, keys: Any, given: list[str | Exception]
) -> None:
    keys.values = given
    with pytest.raises(ConfigError, match=r"plugins\.google"):
        async with opened():
            raise AssertionError


async def test_without_a_key_google_says_where_one_is_expected() -> None:
    with pytest.raises(ConfigError, match="GOOGLE_API_KEY"):
        async with Places.open({"backend": "google"}):
            raise AssertionError


async def test_a_key_file_is_replaced_while_requests_run(tmp_path: Path) -> None:
    """No request fails, and the new key is in use within a second."""
    file, fresh = tmp_path / "key", tmp_path / "key.new"
    file.write_text("old-key\n")
    async with FakeGoogle.running(keys=["old-key"]) as fake:
        section = {"api_key_file": str(file), "base_url": fake.base_url}
        async with Places.open({"plugins": {"google": section}, "limiter": {"provider": "none"}}) as places:
            asking = asyncio.create_task(ask_until(places, fake, "new-key"))
            while len(fake.calls) < 20:
                await asyncio.sleep(0)
            fake.keys = ["old-key", "new-key"]
            fresh.write_text("new-key\n")
            fresh.replace(file)
            replaced = asyncio.get_running_loop().time()
            taken = await asyncio.wait_for(asking, 5)

    assert taken - replaced < 1.0
    assert {"old-key", "new-key"} == set(used(fake))


async def ask_until(places: Places, fake: FakeGoogle, key: str) -> float:
    """Ask until Google has seen `key`, and give the time."""
    number = 0
    while key not in used(fake)[-1:]:
        number += 1
        await places.search_text(f"coffee {number}", fields="places.id")
    return asyncio.get_running_loop().time()


async def test_a_key_that_was_withdrawn_is_replaced_within_the_same_request(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old-key")
    async with FakeGoogle.running(keys=["new-key"]) as fake:
        section = {"api_key_file": str(file), "base_url": fake.base_url}
        async with Places.open({"plugins": {"google": section}}) as places:
            file.write_text("new-key")
            answer = await places.search_text("coffee")

    assert answer.places
    assert ["old-key", "new-key"] == used(fake)


async def test_keys_come_as_one_text_with_commas_or_as_a_list(fake: FakeGoogle) -> None:
    for given in ("key-a,key-b", ["key-a", "key-b"], ["key-a,key-b", "key-a"]):
        section = {"api_key": given, "base_url": fake.base_url}
        async with Places.open({"plugins": {"google": section}}) as places:
            status = await places.status()
        assert "2 API keys" == status["backends"][0]["detail"]


async def test_details_of_a_place_use_the_keys_too(google: GoogleBackend, fake: FakeGoogle) -> None:
    with pytest.raises(Exception, match="ChIJ0"):
        await google.details(Details("ChIJ000000000000000000000_A"))

    assert ["test-key-1"] == used(fake)
