"""What the log says of a part that fails, and when."""

from __future__ import annotations

import logging

import pytest

from places_core.errors import ConnectionFailed
from places_core.events import Event, Faulted, Recovered
from places_core.telemetry import FaultMonitor


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def monitor(events: list[Event]) -> FaultMonitor:
    return FaultMonitor("cache.store", events.append)


def test_reads_that_work_do_not_hide_that_the_part_cannot_write(
    monitor: FaultMonitor, events: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(200):
        monitor.worked("read")
        monitor.failed(OSError("full"), "write")
    monitor.worked("write")

    assert 200 == sum(isinstance(event, Faulted) for event in events)
    assert Recovered("cache.store") == events[-1]
    assert [
        "cache.store failed to write; continuing without it: OSError: full",
        "cache.store works again",
    ] == caplog.messages


def test_a_part_works_again_when_all_that_had_failed_does(
    monitor: FaultMonitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monitor.failed(OSError("gone"), "read")
    monitor.failed(OSError("gone"), "write")
    monitor.worked("read")
    assert 1 == len(caplog.messages)
    monitor.worked("write")

    assert 2 == len(caplog.messages)


class Unwritable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no message")


def test_what_failed_is_described_without_secrets_whatever_its_message_does(
    caplog: pytest.LogCaptureFixture,
) -> None:
    events: list[Event] = []
    monitor = FaultMonitor("cache.redis", events.append)
    monitor.failed(OSError("redis://me:hunter2hunter2@host refused"))
    monitor.failed(Unwritable())

    described = ["OSError: redis://me:***@host refused", "Unwritable"]
    assert [Faulted("cache.redis", each) for each in described] == events
    assert "hunter2" not in caplog.text


def test_the_message_of_an_error_shows_no_password() -> None:
    error = ConnectionFailed("GET https://me:hunter2hunter2@host/?key=hunter2hunter2 failed")

    assert "GET https://me:***@host/?key=*** failed" == str(error)
