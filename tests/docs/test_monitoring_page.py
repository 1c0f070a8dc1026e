"""The page on monitoring, compared with a stack that has been through something."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from places_core import events
from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.storage import MemoryStorage
from places_core.errors import PlacesError, Unavailable
from places_core.ports import Metrics
from places_core.testing import FakeBackend, FakeClock, fake_places


Read = Callable[[str], Any]


class Google(FakeBackend):
    name = "google"


class Local(FakeBackend):
    name = "local"


class Statsd(Metrics):
    name = "statsd"

    def record(self, event: object) -> None:
        raise RuntimeError("gone")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: object, context: object) -> AsyncIterator[Self]:
        yield cls()


class Redis(MemoryCache):
    """Fails once."""

    name = "redis"
    in_process = False
    failed = False

    async def get(self, key: str) -> bytes | None:
        if self.failed:
            return await super().get(key)
        self.failed = True
        raise ConnectionError("gone")


LOGGED = ("warning", "error", "exception", "critical", "log")


@pytest.fixture
async def status(clock: FakeClock, tmp_path: Path) -> dict[str, Any]:
    """Return the status after an outage."""
    plan = tmp_path / "plan.toml"
    plan.write_text('seed = 1\n[[faults]]\nkind = "error"\nname = "local"\nafter = 1_000_000\n')
    google = Google(clock, errors=[Unavailable("down")] * 5)
    settings: dict[str, Any] = {
        "retry": {"attempts": 1},
        "breaker": {"min_calls": 5, "open_for": 1.0},
        "metrics": {"providers": ["statsd", "memory"]},
        "cache": {"provider": "redis"},
        "fault_plan": plan,
    }
    cache = Redis(MemoryStorage(clock, 100, 100_000))
    async with fake_places(google, Local(clock), Statsd(), cache, clock=clock, **settings) as places:
        for number in range(20):
            clock.now += 1
            await places.search_text(f"coffee {number}")
        with pytest.raises(PlacesError):
            await places.details("fake-999")
        return await places.status()


def fields(status: dict[str, Any]) -> Iterator[str]:
    for name, value in status.items():
        yield name
        if isinstance(value, list):
            yield from (f"{name}.{inner}" for inner in value[0])


def test_every_field_of_the_status_is_documented(page: Read, status: dict[str, Any]) -> None:
    assert list(fields(status)) == [row[0] for row in page("docs/monitoring.md").rows("field")]


def test_every_figure_of_the_metrics_is_documented(page: Read, status: dict[str, Any]) -> None:
    forms = [row[0] for row in page("docs/monitoring.md").rows("figure")]
    patterns = [re.sub("[A-Z]+", ".+", re.escape(form)) for form in forms]

    assert all(any(re.fullmatch(each, name) for name in status["metrics"]) for each in patterns)
    assert all(any(re.fullmatch(each, name) for each in patterns) for name in status["metrics"])


def test_every_event_is_documented(page: Read) -> None:
    documented = [row[0] for row in page("docs/monitoring.md").rows("event")]

    assert sorted(set(events.__all__) - {"Event", "Trace", "CacheState"}) == sorted(documented)


def lines_in(source: Path) -> Iterator[tuple[str, str]]:
    """Yield the logger and the format of what a module logs for operators."""
    tree = ast.parse(source.read_text("utf-8"))
    loggers = dict(
        re.findall(r'^(\w+) = logging\.getLogger\("(places\.\w+)"\)', source.read_text("utf-8"), re.MULTILINE)
    )
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), method), args) if (
                name in loggers and method in LOGGED
            ):
                yield loggers[name], ast.literal_eval(args[method == "log"])


def test_every_line_that_the_code_may_log_is_documented(page: Read, root: Path) -> None:
    sources = [path for part in ("core/src", "adapters") for path in (root / part).rglob("*.py")]
    logged = {each for path in sources if "tests" not in path.parts for each in lines_in(path)}
    patterns = {
        (logger, ".+".join(map(re.escape, re.split(r"%[\d.]*[a-z]", text)))) for logger, text in logged
    }
    documented = {(logger, line) for logger, line, _ in page("docs/monitoring.md").rows("logger")}

    def fits(pattern: tuple[str, str], row: tuple[str, str]) -> bool:
        return pattern[0] == row[0] and re.fullmatch(pattern[1], row[1]) is not None

    assert len(patterns) > 10
    assert [] == [each for each in patterns if not any(fits(each, row) for row in documented)]
    assert [] == [row for row in documented if not any(fits(each, row) for each in patterns)]


def test_the_lines_in_the_log_are_those_on_the_page(
    page: Read, status: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    written = {
        (record.name, record.getMessage())
        for record in caplog.get_records("setup")
        if record.levelno == logging.WARNING
    }
    forms = {
        (logger, re.escape(line).replace("…", ".*").replace("ConnectionFailed", "Unavailable"))
        for logger, line, _ in page("docs/monitoring.md").rows("logger")
    }

    assert written
    assert all(
        any(logger == name and re.fullmatch(form, line) for logger, form in forms) for name, line in written
    )
