"""Settings from every source, checked strictly, with every fault at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from attrs import define, evolve, field, frozen

from places_core import hookimpl
from places_core.config import Loaded, settings_of
from places_core.convert.settings import Setting, settings_in
from places_core.plugins import Plugins
from places_core.settings import CacheSettings, Config, above
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


class GoogleLike(FakeBackend):
    name = "google"
    Settings = GoogleSettings


@hookimpl
def places_backends() -> list[type]:
    return [GoogleLike]


Read = Callable[..., Loaded]


@pytest.fixture
def plugins() -> Plugins:
    module = SimpleNamespace(places_backends=places_backends, __name__="mine")
    return Plugins.load({}, [module], installed=False)


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
    bool: (True, "yes"),
    int: (7, "7"),
    float: (0.5, "0.5"),
    int | None: (7, "7"),
    Path | None: (Path("plan.toml"), "plan.toml"),
    str | tuple[str, ...]: (("google", "local"), "google, local"),
    tuple[str, ...]: (("memory", "memory"), "memory,memory"),
}


def sample(setting: Setting) -> tuple[Any, str]:
    """Return a value, other than the default if possible, and its text in the environment."""
    if setting.kind is str and setting.path.endswith("rate"):
        return "5/second", "5/second"
    if options := getattr(setting.kind, "__args__", ()) if setting.kind not in SAMPLES else ():
        return options[-1], str(options[-1])
    return SAMPLES[setting.kind]


EVERY = [each for each in settings_in(Config) if each.path != "plugins" and ".NAME." not in each.path]


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
    loaded = read(toml=f"{setting.path} = {json.dumps(expected, default=str)}")

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


def test_a_provider_without_settings_gets_empty_ones() -> None:
    @define
    class Bare:
        name = "bare"

    assert "NoSettings()" == repr(settings_of(Bare, Config()))
