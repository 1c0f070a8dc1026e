"""Faults of the settings: all of them at once, each with what would do, and none with a secret in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import field, frozen, validators

from places_core import hookimpl
from places_core.config import Loaded, settings_of
from places_core.errors import ConfigError
from places_core.logs import _redacted
from places_core.plugins import Plugins
from places_core.settings import Config, above
from places_core.testing import FakeBackend


@frozen
class GoogleSettings:
    api_key: str = field(default="", repr=False)
    timeout: float = above(0, 5.0)
    max_connections: int = 20
    headers: dict[str, str] = field(factory=dict)
    proxy: str | None = None


@frozen
class NeedySettings:
    token: str = field(repr=False, validator=validators.min_len(8))
    low: int = 1
    high: int = field(default=9)

    @high.validator
    def _above_low(self, _: object, value: int) -> None:
        if value <= self.low:
            raise ValueError("high must be above low")


class GoogleLike(FakeBackend):
    name = "google"
    Settings = GoogleSettings


class Needy(FakeBackend):
    name = "needy"
    Settings = NeedySettings


@hookimpl
def places_backends() -> list[type]:
    return [GoogleLike, Needy]


Read = Callable[..., Loaded]


Faults = Callable[..., tuple[str, ...]]


@pytest.fixture
def plugins() -> Plugins:
    module = SimpleNamespace(places_backends=places_backends, __name__="mine")
    blocked = SimpleNamespace(__name__="blocked")
    return Plugins.load({"PLACES_DISABLE_PLUGINS": "blocked"}, [module, blocked], installed=False)


def test_a_secret_file_that_is_not_there_is_a_fault(faults: Faults) -> None:
    expected = (
        "plugins.google.api_key: GOOGLE_API_KEY_FILE names the file '/no/such/file', "
        "which cannot be read: No such file or directory"
    )

    assert (expected,) == faults(GOOGLE_API_KEY_FILE="/no/such/file")


def test_a_value_and_a_file_for_it_are_one_too_many(faults: Faults, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x")
    (fault,) = faults(GOOGLE_API_KEY="one", GOOGLE_API_KEY_FILE="key")

    assert "GOOGLE_API_KEY and GOOGLE_API_KEY_FILE are both set (from environment); keep one" == fault


def test_every_fault_of_every_source_is_reported_at_once(faults: Faults) -> None:
    found = faults(
        {"http": {"port": 70_000}},
        toml='[cache]\nttl = "long"\nsise = 3\n[plugins.google]\ntimeout = 0',
        dotenv="PLACES_RETRY__ATTEMPTS=none\nLOG_LEVEL=loud",
        PLACES_CACHE__TTL="-5",
        PLACES_CAHCE__TTL="5",
    )

    assert {
        "cache.ttl: got 'long' (from places.toml line 2); allowed: a number, above 0",
        "cache.sise: there is no such setting (from places.toml line 3); did you mean cache.stale?",
        "plugins.google.timeout: got 0 (from places.toml line 5); allowed: above 0",
        "retry.attempts: got 'none' (from .env: PLACES_RETRY__ATTEMPTS); allowed: a whole number, at least 1",
        "logging.level: got 'loud' (from .env: LOG_LEVEL); allowed: one of DEBUG, INFO, WARNING, ERROR",
        "cache.ttl: got -5 (from PLACES_CACHE__TTL); allowed: above 0",
        "cahce.ttl: there is no such setting (from PLACES_CAHCE__TTL); did you mean PLACES_CACHE__TTL?",
        "http.port: got 70000 (from argument); allowed: from 0 to 65535",
    } == set(found)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cache": {"ttl": "60"}}, "cache.ttl: got '60' (from argument); allowed: a number, above 0"),
        ({"cache": {"ttl": True}}, "cache.ttl: got True"),
        ({"cache": {"ttl": float("inf")}}, "cache.ttl: got inf"),
        ({"cache": {"ttl": float("nan")}}, "cache.ttl: got nan"),
        ({"cache": {"ttl": None}}, "cache.ttl: got None"),
        ({"cache": {"max_entries": 1.0}}, "allowed: a whole number, at least 1"),
        ({"cache": {"provider": None}}, "cache.provider: got None (from argument); allowed: text"),
        ({"cache": 5}, "cache: got 5 (from argument); allowed: a table"),
        ({"limiter": {"algorithm": "leaky"}}, "allowed: one of token-bucket, sliding-window"),
        ({"limiter": {"rate": "many"}}, "limiter.rate: got 'many' (from argument); allowed: "),
        ({"limiter": {"rate": "0/second"}}, "limiter.rate: got '0/second'"),
        ({"limiter": {"burst": 0}}, "limiter.burst: got 0 (from argument); allowed: at least 1"),
        ({"metrics": {"providers": "memory"}}, "allowed: a list of text"),
        ({"backend": 1}, "backend: got 1 (from argument); allowed: text or a list of text"),
        ({"limter": {"burst": 1}}, "limter: there is no such setting (from argument); did you mean limiter?"),
        ({"xyz": 1}, "xyz: there is no such setting (from argument); there are: backend, cache, "),
        ({"plugins": {"gogle": {}}}, "plugins.gogle: no plugin of that name is installed (from argument); "),
        ({"plugins": {"redis": {"url": "x"}}}, "install it with: pip install 'places-core[redis]'"),
        ({"plugins": {"google": {"api_kye": "x"}}}, "did you mean plugins.google.api_key?"),
        ({"plugins": {"google": {"headers": {"a": 1}}}}, "plugins.google.headers: got {'a': 1}"),
        ({"plugins": {"google": 1}}, "plugins.google: got *** (from argument); allowed: a table"),
    ],
)  # fmt: skip
def test_nothing_is_guessed(faults: Faults, given: dict[str, Any], expected: str) -> None:
    (fault,) = faults(given)

    assert expected in fault


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("PLACES_CACHE_TTL", "3", "did you mean PLACES_CACHE__TTL?"),
        ("PLACES_PLUGINS__REDIS__URL", "x", "pip install 'places-core[redis]'"),
        ("PLACES_CACHE", "x", "cache: got 'x' (from PLACES_CACHE); allowed: a table"),
        ("PLACES_CACHE__TTL", "", "cache.ttl: got '' (from PLACES_CACHE__TTL)"),
        ("PLACES_MAX_RETRIES", "-1", "got -1 (from PLACES_MAX_RETRIES); allowed: a whole number, at least 0"),
        ("ENABLE_METRICS", "perhaps", "got 'perhaps' (from ENABLE_METRICS); allowed: true or false"),
        ("RATE_LIMIT_REQUESTS", "0", "limiter.rate: got '0/60 seconds' (from RATE_LIMIT_REQUESTS)"),
        ("PLACES_CONFIG", "absent.toml", "absent.toml: cannot be read: No such file or directory"),
    ],
)
def test_a_slip_in_the_environment_is_named(faults: Faults, name: str, text: str, expected: str) -> None:
    (fault,) = faults(**{name: text})

    assert expected in fault


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[cache]\nttl 5", "places.toml: line 2, column 5: Expected '=' after a key in a key/value pair"),
        ("[cache]\nttl =", "places.toml: line 2, column 6: Invalid value"),
        ("a = 1\na = 2", "places.toml: line 2, column 6: Cannot overwrite a value"),
    ],
)
def test_bad_toml_is_located(faults: Faults, toml: str, expected: str) -> None:
    assert (expected,) == faults(toml=toml)


def test_a_bad_line_in_the_env_file_is_located(faults: Faults) -> None:
    assert (".env: line 2 is not of the form NAME=value",) == faults(dotenv="A=1\n=no name\n")


def test_a_required_setting_is_missed_only_where_its_provider_is_chosen(read: Read, faults: Faults) -> None:
    assert "auto" == read({"plugins": {"needy": {"low": 2}}}).config.backend
    assert ("plugins.needy.token: is not set and has no default; allowed: text",) == faults(
        {"backend": "needy"}
    )


def test_settings_that_do_not_go_together_are_a_fault(read: Read, faults: Faults) -> None:
    section = {"token": "long enough", "low": 20, "high": 30}

    assert {"needy": section} == read({"plugins": {"needy": section}}).config.plugins
    assert ("plugins.needy: high must be above low",) == faults({"plugins": {"needy": section | {"high": 5}}})


def test_a_secret_is_in_no_fault_and_in_no_table(read: Read, faults: Faults) -> None:
    (fault,) = faults({"backend": "needy", "plugins": {"needy": {"token": "hushhu"}}})
    lines = {line.path: line.value for line in read(GOOGLE_API_KEY="hush-hush-hush").lines()}

    assert "plugins.needy.token: got *** (from argument); allowed: text" == fault
    assert "***" == lines["plugins.google.api_key"]
    assert "the key is *** here" == _redacted("the key is hush-hush-hush here")


def test_the_password_in_an_address_is_masked(read: Read) -> None:
    lines = {
        line.path: line.value for line in read(PLACES_PLUGINS__GOOGLE__PROXY="http://me:pass@host").lines()
    }

    assert "http://me:***@host" == lines["plugins.google.proxy"]


def test_the_section_of_a_blocked_plugin_is_kept_and_masked(read: Read) -> None:
    loaded = read({"plugins": {"blocked": {"url": "anything"}}}, PLACES_PLUGINS__BLOCKED__MORE="x")

    assert {"blocked": {"url": "anything", "more": "x"}} == loaded.config.plugins
    assert ["***", "***"] == [
        line.value for line in loaded.lines() if line.path.startswith("plugins.blocked")
    ]


def test_the_settings_class_of_a_section_is_checked_without_loading_too() -> None:
    config = Config(plugins={"google": {"timeout": -1, "max_connections": "many"}})

    with pytest.raises(ConfigError) as raised:
        settings_of(GoogleLike, config)

    assert (
        "plugins.google.timeout: got -1; allowed: above 0",
        "plugins.google.max_connections: got 'many'; allowed: a whole number",
    ) == raised.value.faults


def test_the_section_of_a_blocked_plugin_must_be_a_table_and_hides_no_other_fault(faults: Any) -> None:
    assert (
        "cache.ttl: got -1 (from argument); allowed: above 0",
        "plugins.blocked: got *** (from PLACES_PLUGINS__BLOCKED); allowed: a table",
    ) == tuple(sorted(faults({"cache": {"ttl": -1}}, PLACES_PLUGINS__BLOCKED="5")))


def test_the_section_of_a_blocked_plugin_may_come_as_json(read: Read) -> None:
    loaded = read(PLACES_PLUGINS__BLOCKED='{"url": "anything"}', PLACES_PLUGINS__BLOCKED__MORE__DEEP="x")

    assert {"blocked": {"url": "anything", "more": {"deep": "x"}}} == loaded.config.plugins


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PLACES_MAX_RETRIES", "redis://me:canary@host"),
        ("PLACES_RETRY", "redis://me:canary@host"),
        ("PLACES_PLUGINS", "canary"),
        ("PLACES_PLUGINS__GOOGLE", "canary"),
    ],
)
def test_a_secret_in_the_wrong_variable_is_masked(faults: Any, name: str, text: str) -> None:
    [fault] = faults(**{name: text})

    assert name in fault
    assert "canary" not in fault
