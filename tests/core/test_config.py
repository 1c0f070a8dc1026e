"""Settings from every source, checked strictly, with every fault at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from attrs import define, evolve, field, frozen, validators

from places_core import hookimpl
from places_core.config import Loaded, load_config, settings_of
from places_core.errors import ConfigError
from places_core.log import redacted
from places_core.plugins import Plugins
from places_core.settings import CacheSettings, Config, above
from places_core.structure import Setting, settings_in
from places_core.testing import FakeBackend


@frozen
class Pool:
    size: int = 10


@frozen
class GoogleSettings:
    api_key: str = field(default="", repr=False)
    timeout: float = above(0, 5.0)
    max_connections: int = 20
    max_keepalive: int = 10
    headers: dict[str, str] = field(factory=dict)
    regions: tuple[str, ...] = ()
    mode: Literal["fast", "cheap"] = "fast"
    proxy: str | None = None
    cache_path: Path | None = None
    pool: Pool = Pool()


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


@pytest.fixture
def plugins() -> Plugins:
    module = SimpleNamespace(places_backends=places_backends, __name__="mine")
    blocked = SimpleNamespace(__name__="blocked")
    return Plugins.load({"PLACES_DISABLE_PLUGINS": "blocked"}, [module, blocked], installed=False)


@pytest.fixture
def read(tmp_path: Path, plugins: Plugins) -> Read:
    """Load the settings of a directory with these files, in this environment."""

    def load(
        config: Any = None, *, toml: str = "", dotenv: str = "", overrides: Any = None, **environ: str
    ) -> Loaded:
        if toml:
            (tmp_path / "places.toml").write_text(toml)
        if dotenv:
            (tmp_path / ".env").write_text(dotenv)
        return load_config(config, overrides=overrides, environ=environ, cwd=tmp_path, plugins=plugins)

    return load


@pytest.fixture
def faults(read: Read) -> Callable[..., tuple[str, ...]]:
    def of(*args: Any, **more: Any) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as raised:
            read(*args, **more)
        return raised.value.faults

    return of


Faults = Callable[..., tuple[str, ...]]


def test_without_any_source_the_defaults_hold(read: Read) -> None:
    loaded = read()

    assert Config() == loaded.config
    assert {"default"} == set(loaded.origins.values())


def test_each_source_beats_the_one_before(read: Read) -> None:
    layers: dict[str, Any] = {}
    seen = []
    for source, value in (
        ("toml", "[cache]\nttl = 1"),
        ("dotenv", "PLACES_CACHE__TTL=2"),
        ("PLACES_CACHE__TTL", "3"),
        ("config", {"cache": {"ttl": 4}}),
        ("overrides", {"cache": {"ttl": 5}}),
    ):
        layers[source] = value
        loaded = read(**layers)
        seen.append((loaded.config.cache.ttl, loaded.origins["cache.ttl"]))

    expected = [(1, "places.toml"), (2, ".env"), (3, "PLACES_CACHE__TTL"), (4, "argument"), (5, "argument")]
    assert expected == seen


SAMPLES: Mapping[Any, tuple[Any, str]] = {
    str: ("memory", "memory"),
    int: (7, "7"),
    float: (0.5, "0.5"),
    int | None: (7, "7"),
    str | tuple[str, ...]: (("google", "local"), "google, local"),
    tuple[str, ...]: (("memory", "memory"), "memory,memory"),
}


def sample(setting: Setting) -> tuple[Any, str]:
    """Give a value that is not the default where there is a choice, and its text in the environment."""
    if setting.path == "limiter.rate":
        return "5/second", "5/second"
    if options := getattr(setting.kind, "__args__", ()) if setting.kind not in SAMPLES else ():
        return options[-1], str(options[-1])
    return SAMPLES[setting.kind]


EVERY = [setting for setting in settings_in(Config) if setting.path != "plugins"]


def value_at(config: Config, path: str) -> Any:
    value: Any = config
    for name in path.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize("setting", EVERY, ids=lambda setting: setting.path)
def test_every_setting_can_come_from_the_environment(read: Read, setting: Setting) -> None:
    expected, text = sample(setting)
    name = "PLACES_" + setting.path.upper().replace(".", "__")
    loaded = read(**{name: text})

    assert expected == value_at(loaded.config, setting.path)
    assert name == loaded.origins[setting.path]


@pytest.mark.parametrize("setting", EVERY, ids=lambda setting: setting.path)
def test_every_setting_can_come_from_the_toml_file(read: Read, setting: Setting) -> None:
    expected, _ = sample(setting)
    loaded = read(toml=f"{setting.path} = {json.dumps(expected)}")

    assert expected == value_at(loaded.config, setting.path)
    assert "places.toml" == loaded.origins[setting.path]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("API_KEY", "secret-key", {"api_key": "secret-key"}),
        ("TIMEOUT", "2.5", {"timeout": 2.5}),
        ("HEADERS", '{"X-A": "1"}', {"headers": {"X-A": "1"}}),
        ("REGIONS", "fi, se,,", {"regions": ("fi", "se")}),
        ("REGIONS", "", {"regions": ()}),
        ("MODE", "CHEAP", {"mode": "cheap"}),
        ("PROXY", "http://proxy:1", {"proxy": "http://proxy:1"}),
        ("PROXY", "", {"proxy": None}),
        ("CACHE_PATH", "/tmp/x", {"cache_path": Path("/tmp/x")}),
        ("POOL__SIZE", "3", {"pool": Pool(3)}),
    ],
)
def test_a_plugin_section_is_read_as_its_settings_class_says(
    read: Read, name: str, text: str, expected: dict[str, Any]
) -> None:
    config = read(**{f"PLACES_PLUGINS__GOOGLE__{name}": text}).config

    assert evolve(GoogleSettings(), **expected) == settings_of(GoogleLike, config)


def test_a_plugin_section_of_the_file_may_hold_tables(read: Read) -> None:
    config = read(toml="[plugins.google]\nheaders = {a = 'b'}\npool = {size = 2}").config

    assert GoogleSettings(headers={"a": "b"}, pool=Pool(2)) == settings_of(GoogleLike, config)


@pytest.mark.parametrize(
    ("variables", "path", "expected"),
    [
        ({"GOOGLE_API_KEY": "key-of-google"}, "plugins.google.api_key", "key-of-google"),
        ({"PLACES_API_TIMEOUT": "7"}, "plugins.google.timeout", 7.0),
        ({"MAX_CONNECTIONS": "3"}, "plugins.google.max_connections", 3),
        ({"MAX_KEEPALIVE": "2"}, "plugins.google.max_keepalive", 2),
        ({"PLACES_MAX_RETRIES": "0"}, "retry.attempts", 1),
        ({"PLACES_MAX_RETRIES": "4"}, "retry.attempts", 5),
        ({"CACHE_TTL": "60"}, "cache.ttl", 60.0),
        ({"RATE_LIMIT_REQUESTS": "5", "RATE_LIMIT_WINDOW": "2"}, "limiter.rate", "5/2 seconds"),
        ({"RATE_LIMIT_REQUESTS": "5"}, "limiter.rate", "5/60 seconds"),
        ({"RATE_LIMIT_WINDOW": "2"}, "limiter.rate", "100/2 seconds"),
        ({"ENABLE_METRICS": "false"}, "metrics.providers", ()),
        ({"ENABLE_METRICS": "true"}, "metrics.providers", ("memory",)),
        ({"LOG_LEVEL": "debug"}, "logging.level", "DEBUG"),
        ({"LOG_LEVEL": ""}, "logging.level", "INFO"),
    ],
)
def test_the_names_that_other_programs_use_are_understood(
    read: Read, variables: dict[str, str], path: str, expected: Any
) -> None:
    config = read(**variables).config
    _, _, rest = path.partition("plugins.google.")

    assert expected == (config.plugins["google"][rest] if rest else value_at(config, path))


def test_a_name_of_ours_beats_an_alias_wherever_it_is_set(read: Read) -> None:
    loaded = read(dotenv="PLACES_CACHE__TTL=1", CACHE_TTL="2")

    assert (1.0, ".env") == (loaded.config.cache.ttl, loaded.origins["cache.ttl"])


def test_an_alias_for_a_plugin_that_is_not_there_does_no_harm(read: Read) -> None:
    loaded = read(REDIS_URL="redis://elsewhere", REDIS_URL_FILE="/no/such/file")

    assert {} == loaded.config.plugins
    assert "no plugin redis is in use" in loaded.ignored["plugins.redis.url"]


def test_variables_that_kubernetes_sets_are_none_of_ours(read: Read) -> None:
    name = {
        "PLACES_SERVICE_HOST": "10.0.0.1",
        "PLACES_PORT": "tcp://10.0.0.1:80",
        "PLACES_HTTP_SERVICE_PORT": "80",
    }
    more = {"PLACES_PORT_80_TCP_ADDR": "10.0.0.1", "PLACES_HTTP_PORT_80_TCP": "tcp://10.0.0.1:80"}

    assert Config() == read(**name, **more).config


def test_the_variables_that_are_no_settings_are_left_alone(read: Read) -> None:
    config = read(
        PLACES_LOAD_PLUGINS="x", PLACES_DISABLE_PLUGINS="y", PLACES_STRICT_PLUGINS="0", OTHER="z"
    ).config

    assert Config() == config


@pytest.mark.parametrize("name", ["PLACES_PLUGINS__GOOGLE__API_KEY_FILE", "GOOGLE_API_KEY_FILE"])
def test_a_secret_can_be_read_from_a_mounted_file(read: Read, tmp_path: Path, name: str) -> None:
    (tmp_path / "key").write_text("from-the-file\n")
    loaded = read(**{name: "key"})

    assert "from-the-file" == settings_of(GoogleLike, loaded.config).api_key
    assert name == loaded.origins["plugins.google.api_key"]


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
        ({"xyz": 1}, "xyz: there is no such setting (from argument); there are: backend, cache, limiter"),
        ({"plugins": {"gogle": {}}}, "plugins.gogle: no plugin of that name is installed (from argument); "),
        ({"plugins": {"redis": {"url": "x"}}}, "install it with: pip install 'places-core[redis]'"),
        ({"plugins": {"google": {"api_kye": "x"}}}, "did you mean plugins.google.api_key?"),
        ({"plugins": {"google": {"headers": {"a": 1}}}}, "plugins.google.headers: got {'a': 1}"),
        ({"plugins": {"google": 1}}, "plugins.google: got 1 (from argument); allowed: a table"),
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


def test_the_env_file_of_another_program_is_welcome(read: Read) -> None:
    assert Config() == read(dotenv="DATABASE_URL=x\nexport DEBUG\nEMPTY=\n").config


def test_a_file_can_be_named_by_argument_and_by_variable(read: Read, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("cache.ttl = 9")

    assert "other.toml" == read("other.toml").origins["cache.ttl"]
    assert "other.toml" == read(toml="cache.ttl = 1", PLACES_CONFIG="other.toml").origins["cache.ttl"]
    assert 9.0 == read(tmp_path / "other.toml", PLACES_CONFIG="absent.toml").config.cache.ttl


def test_a_finished_config_replaces_all_other_sources(read: Read) -> None:
    config = Config(
        cache=CacheSettings(ttl=8), plugins={"google": {"api_key": "finished-key", "regions": ("fi",)}}
    )

    assert config == read(config, toml="cache.ttl = 1", PLACES_CACHE__TTL="2").config
    assert 3.0 == read(config, overrides={"cache": {"ttl": 3}}).config.cache.ttl


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
    assert "the key is *** here" == redacted("the key is hush-hush-hush here")


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


def test_a_provider_without_settings_gets_empty_ones() -> None:
    @define
    class Bare:
        name = "bare"

    assert "NoSettings()" == repr(settings_of(Bare, Config()))
