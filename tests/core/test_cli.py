"""The `places` command: what it prints, and how it ends."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from places_core.cli import main


FAKE = """
import argparse
from places_core import hookimpl
from places_core.ports import Adapter
from places_core.testing import FakeBackend

class Wide(FakeBackend):
    name = "wide"

class Echo(Adapter):
    name, summary = "echo", "says what it was given"

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--port", type=int)

    @classmethod
    def serve(cls, config, options):
        print(config.backend, options.port)
        return 5

class Interrupted(Echo):
    name = "interrupted"

    @classmethod
    def serve(cls, config, options):
        raise KeyboardInterrupt

class Buggy(Echo):
    name = "buggy"

    @classmethod
    def serve(cls, config, options):
        raise ZeroDivisionError("no luck")

def greet(options):
    print("hello", options.whom)
    return 0

@hookimpl
def places_backends():
    return [FakeBackend]

@hookimpl
def places_adapters():
    return [Echo, Interrupted, Buggy]

@hookimpl
def places_commands(cli):
    cli.add("greet", "say hello", greet, ("places greet Helsinki",)).add_argument("whom")
"""
CLASH = """
from places_core import hookimpl

@hookimpl
def places_commands(cli):
    cli.add("search", "search better", print)
"""


@frozen
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Ran]


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Work in an empty directory, with the fake backend and no plugin that happens to be installed."""
    monkeypatch.chdir(tmp_path)
    variables = {"PLACES_LOAD_PLUGINS": "fake", "PLACES_BACKEND": "fake"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def run(
    install: Callable[..., None],
    environ: dict[str, str],
    logging_as_before: None,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    install("fake", FAKE)

    def ran(*arguments: str) -> Ran:
        code = main(arguments)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return ran


def test_a_search_prints_a_table_with_the_distance_and_the_id_last(run: Run) -> None:
    ran = run("search", "coffee", "corner", "--near", "60.17,24.94", "--type", "cafe", "--limit", "2")

    assert [
        "NAME           TYPE  DISTANCE  ADDRESS                    ID",
        "Coffee Corner  cafe  111 m     1 Example Street, Nowhere  fake-1",
        "Coffee House   cafe  111 m     2 Example Street, Nowhere  fake-2",
        "",
        "Invented by places_core.testing",
    ] == ran.lines
    assert (0, "") == (ran.code, ran.err)


def test_without_a_point_there_is_no_distance(run: Run) -> None:
    assert ["NAME", "TYPE", "ADDRESS", "ID"] == run("search", "pharmacy").lines[0].split()


def test_json_is_what_the_backend_gave(run: Run) -> None:
    ran = run("search", "pharmacy", "--json", "--detail", "ids")

    assert {"places": [{"id": "fake-3"}]} == json.loads(ran.out)
    assert 1 == len(ran.lines)


def test_nothing_found_is_said_with_advice_and_a_code(run: Run) -> None:
    ran = run("search", "xyz abc", "--near", "60,24", "--radius", "500", "--type", "cafe")

    assert (1, "") == (ran.code, ran.out)
    assert (
        "No places found. You could leave out --type, or try --radius 2500, or use fewer words.\n" == ran.err
    )


def test_nothing_found_is_still_json(run: Run) -> None:
    ran = run("search", "xyz", "--json")

    assert (1, {}) == (ran.code, json.loads(ran.out))


@pytest.mark.parametrize(("center", "expected"), [("-33.86,151.2", 1), ("0,0", 0), ("-0.1, -0.1", 0)])
def test_a_point_may_lie_in_the_south(run: Run, center: str, expected: int) -> None:
    assert expected == run("nearby", center, "--radius", "50000").code


def test_nearby_lists_the_nearest_first(run: Run) -> None:
    ran = run("nearby", "60.1695,24.935", "--type", "pharmacy", "--type", "cafe")

    assert ["Night", "Coffee", "Coffee"] == [line.split()[0] for line in ran.lines[1:4]]
    assert "0 m" in ran.lines[1]


def test_details_are_one_line_for_each_known_thing(run: Run) -> None:
    ran = run("details", "fake-3")

    assert "name      Night Pharmacy" == ran.lines[0]
    assert "phone     555 0103" in ran.lines
    assert "rating" not in ran.out


def test_a_place_that_is_not_there_is_an_error_in_one_line(run: Run) -> None:
    ran = run("details", "fake-999")

    assert (1, "") == (ran.code, ran.out)
    assert ran.err.startswith("error: There is no place 'fake-999'")
    assert 1 == len(ran.err.splitlines())


def test_a_photo_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    ran = run("photo", "places/fake-1/photos/one", "--output", "photo.png")

    assert (0, "") == (ran.code, ran.out)
    assert (tmp_path / "photo.png").read_bytes().startswith(b"\x89PNG")
    assert "photo.png: 69 bytes, image/png\n" == ran.err


def test_without_a_file_the_address_of_the_photo_is_printed(run: Run) -> None:
    assert "https://example.org/places/fake-1/photos/one" == run("photo", "places/fake-1/photos/one").lines[0]


def test_autocomplete_proposes_and_names_the_ids(run: Run) -> None:
    ran = run("autocomplete", "coffee")

    assert ["SUGGESTION", "TYPE", "ID"] == ran.lines[0].split()
    assert "Coffee Corner  cafe  fake-1" == ran.lines[1]


def test_autocomplete_says_when_nothing_starts_like_that(run: Run) -> None:
    assert (1, "") == (run("autocomplete", "xyz").code, run("autocomplete", "xyz").out)


def test_the_trace_is_beside_the_answer(run: Run) -> None:
    ran = run("search", "coffee", "--trace", "--json")

    assert "coffee" in ran.out.lower()
    assert ran.err.startswith("trace: backend fake, cache miss, calls 1, ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "COMMAND"),
        (("serch", "x"), "invalid choice: 'serch'"),
        (("search",), "TEXT"),
        (("search", "x", "--limit", "21"), "'21' is not a whole number from 1 to 20"),
        (("search", "x", "--near", "95,0"), "'95,0' is not on the globe; allowed: latitude -90 to 90"),
        (("search", "x", "--near", "here"), "'here' is not of the form LAT,LNG"),
        (("search", "x", "--near", "1,2", "--radius", "0"), "'0' is not a radius; allowed: above 0"),
        (("search", "x", "--radius", "9"), "--radius: got 9.0; allowed: only together with --near"),
        (("search", "x", "--type", "caffe"), "Did you mean 'cafe'"),
        (("search", "x", "--detail", "places.nmae"), "fields: got 'places.nmae'"),
        (("nearby", "60,24", "--rank", "size"), "invalid choice: 'size'"),
        (("serve", "smtp"), "invalid choice: 'smtp'"),
    ],
)
def test_wrong_usage_is_explained_with_code_2(run: Run, arguments: tuple[str, ...], expected: str) -> None:
    ran = run(*arguments)

    assert (2, "") == (ran.code, ran.out)
    assert expected in ran.err


@pytest.mark.parametrize(
    "command",
    ["search", "nearby", "details", "photo", "autocomplete", "serve", "plugins", "status", "config"],
)
def test_help_teaches_by_three_examples(run: Run, command: str) -> None:
    ran = run(command, "--help")
    _, _, examples = ran.out.partition("examples:\n")

    assert 0 == ran.code
    assert 3 == sum(line.strip().startswith(f"places {command}") for line in examples.splitlines())


def test_all_faults_of_the_settings_are_printed_one_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACES_CACHE__TTL", "-5")
    Path("places.toml").write_text("[http]\nprot = 1")
    ran = run("search", "coffee")

    assert [
        "error: http.prot: there is no such setting (from places.toml line 2); did you mean http.port?",
        "error: cache.ttl: got -5 (from PLACES_CACHE__TTL); allowed: above 0",
    ] == ran.err.splitlines()
    assert 1 == ran.code


def test_the_settings_file_and_the_backend_can_be_named(run: Run) -> None:
    Path("other.toml").write_text("[cache]\nttl = 7")
    shown = json.loads(run("config", "--json", "--config", "other.toml", "--backend", "fake,wide").out)

    assert {"value": 7.0, "from": "other.toml"} == shown["cache.ttl"]
    assert {"value": ["fake", "wide"], "from": "argument"} == shown["backend"]


def test_a_missing_backend_names_the_command_that_installs_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLACES_BACKEND")
    monkeypatch.setenv("PLACES_LOAD_PLUGINS", "builtin")
    ran = run("search", "coffee")

    assert 1 == ran.code
    assert ran.err.startswith("error: There is no backend 'local'. ")
    assert "\n" == ran.err[-1]
    assert 1 == len(ran.err.splitlines())


def test_plugins_are_listed_with_what_they_provide(run: Run) -> None:
    lines = {line.split()[0]: line.split() for line in run("plugins").lines}

    assert ["PLUGIN", "STATUS", "FROM", "PROVIDES"] == lines["PLUGIN"][:4]
    assert ["fake", "loaded", "acme-fake", "1.5", "adapters:echo,"] == lines["fake"][:5]


def test_plugins_are_listed_even_where_strictness_stops_everything_else(
    run: Run, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("broken", "import no_such_module")
    monkeypatch.setenv("PLACES_LOAD_PLUGINS", "fake,broken")
    monkeypatch.setenv("PLACES_STRICT_PLUGINS", "1")
    table = {line["name"]: line for line in json.loads(run("plugins", "--json").out)}
    refused = run("search", "coffee")

    assert "ModuleNotFoundError: No module named 'no_such_module'" == table["broken"]["reason"]
    assert (1, "error: broken: ModuleNotFoundError: No module named 'no_such_module'\n") == (
        refused.code,
        refused.err,
    )


def test_plugins_are_listed_even_where_the_settings_have_faults(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACES_CACHE__TTL", "x")
    ran = run("plugins")

    assert (0, True) == (ran.code, "acme-fake" in ran.out)
    assert "cache.ttl: got 'x'" in ran.err


def test_the_status_says_how_each_part_is_doing(run: Run) -> None:
    ran = run("status")

    assert 0 == ran.code
    assert "- name: fake" in ran.lines
    assert "  ok: yes" in ran.lines


def test_the_status_is_also_there_as_json(run: Run) -> None:
    assert ["fake"] == [backend["name"] for backend in json.loads(run("status", "--json").out)["backends"]]


def test_the_settings_are_shown_with_their_origins(run: Run) -> None:
    lines = {line.split()[0]: line.split()[1:] for line in run("config").lines}

    assert ["fake", "PLACES_BACKEND"] == lines["backend"]
    assert ["300.0", "default"] == lines["cache.ttl"]


def test_an_adapter_is_started_with_its_own_options_and_the_settings(run: Run) -> None:
    ran = run("serve", "echo", "--port", "8", "--backend", "fake")

    assert (5, ["fake 8"]) == (ran.code, ran.lines)


def test_options_before_the_name_of_the_adapter_count_too(run: Run) -> None:
    Path("other.toml").write_text("[cache]\nttl = -1")

    assert "other.toml line 2" in run("serve", "--config", "other.toml", "echo").err


def test_an_adapter_that_is_not_there_is_answered_in_one_line(run: Run) -> None:
    ran = run("serve", "http", "--port", "80", "--workers", "2")

    assert 1 == ran.code
    assert ran.err.startswith("error: There is no adapter 'http'. ")


def test_an_interrupt_ends_in_silence(run: Run) -> None:
    assert Ran(130, "", "") == run("serve", "interrupted")


def test_a_bug_ends_as_one_line(run: Run) -> None:
    assert Ran(1, "", "error: ZeroDivisionError: no luck (-v shows where)\n") == run("serve", "buggy")


def test_who_asks_sees_the_traceback_of_a_bug(run: Run) -> None:
    assert "in serve" in run("serve", "buggy", "-v").err


def test_a_plugin_adds_a_command(run: Run) -> None:
    assert Ran(0, "hello Helsinki\n", "") == run("greet", "Helsinki")
    assert "places greet Helsinki" in run("greet", "--help").out


def test_a_plugin_cannot_take_the_place_of_a_command(
    run: Run, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("clash", CLASH)
    monkeypatch.setenv("PLACES_LOAD_PLUGINS", "fake,clash")
    table = {line["name"]: line for line in json.loads(run("plugins", "--json").out)}

    assert ("failed", "there is a command 'search' already") == (
        table["clash"]["status"],
        table["clash"]["reason"],
    )
    assert 0 == run("search", "coffee").code


def test_secrets_are_in_no_log(logging_as_before: None, capsys: pytest.CaptureFixture[str]) -> None:
    from places_core.log import configure, register_secret
    from places_core.settings import LoggingSettings

    register_secret("open-sesame")
    for style in ("text", "json"):
        configure(LoggingSettings(format=style))  # type: ignore[arg-type]
        logging.getLogger("places_core").warning("key %s at redis://me:%s@host", "open-sesame", "pass")

    text, line = capsys.readouterr().err.splitlines()
    assert "WARNING places_core: key *** at redis://me:***@host" == text
    assert "key *** at redis://me:***@host" == json.loads(line)["message"]


def python(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PLACES_DISABLE_PLUGINS": ""}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=variables, **more
    )


def test_the_version_is_told_without_importing_anything_else() -> None:
    script = (
        "import sys; from places_core.cli import main; code = main(['--version']);"
        "print(sorted({'attrs', 'attr', 'pluggy', 'aiohttp', 'asyncio', 'orjson'} & set(sys.modules)), code)"
    )
    version, loaded = python("-c", script).stdout.splitlines()

    assert version.startswith("places ")
    assert "[] 0" == loaded


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    script = (
        "import os, sys; from places_core.cli import main; reader, writer = os.pipe(); os.close(reader);"
        "os.dup2(writer, 1); sys.exit(main(['config']))"
    )
    ran = python("-c", script, cwd=tmp_path)

    assert (141, "") == (ran.returncode, ran.stderr)
