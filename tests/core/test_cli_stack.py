"""The `places` command: what it says about the stack, how it serves, and how it ends."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


CLASH = """
from places_core import hookimpl

@hookimpl
def places_commands(cli):
    cli.add("search", "search better", print)
"""


Run = Callable[..., Any]


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
    assert (130, "", "") == run("serve", "interrupted")


def test_a_bug_ends_as_one_line(run: Run) -> None:
    assert (1, "", "error: ZeroDivisionError: no luck (-v shows the traceback)\n") == run("serve", "buggy")


def test_who_asks_sees_the_traceback_of_a_bug(run: Run) -> None:
    assert "in serve" in run("serve", "buggy", "-v").err


def test_a_plugin_adds_a_command(run: Run) -> None:
    assert (0, "hello Helsinki\n", "") == run("greet", "Helsinki")
    assert "places greet Helsinki" in run("greet", "--help").out


def test_a_plugin_cannot_take_the_place_of_a_command(
    run: Run, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("clash", CLASH)
    monkeypatch.setenv("PLACES_LOAD_PLUGINS", "fake,clash")
    table = {line["name"]: line for line in json.loads(run("plugins", "--json").out)}

    assert ("failed", "the command 'search' already exists") == (
        table["clash"]["status"],
        table["clash"]["reason"],
    )
    assert 0 == run("search", "coffee").code


def test_secrets_are_in_no_log(logging_as_before: None, capsys: pytest.CaptureFixture[str]) -> None:
    from places_core.logs import configure, register_secret
    from places_core.settings import LoggingSettings

    register_secret("open-sesame")
    for style in ("text", "json"):
        configure(LoggingSettings(format=style))
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
