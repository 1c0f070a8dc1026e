"""`places google emulate` in one process, `places search` in another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from places_core.cli import main
from places_core.convert import loads
from places_core.serving import bind
from places_core.testing import served


def places(cwd: Path, base_url: str, *arguments: str) -> bytes:
    environ = os.environ | {"GOOGLE_API_KEY": "x", "PLACES_PLUGINS__GOOGLE__BASE_URL": base_url}
    command = [sys.executable, "-m", "places_core.cli", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environ, stdout=subprocess.PIPE, timeout=30, check=True)
    return done.stdout


def test_a_search_and_a_photo_without_a_key_of_one_s_own(tmp_path: Path) -> None:
    with served("google", "emulate", "--port", "0", cwd=tmp_path) as emulator:
        near = ("--near", "60.1699,24.9384")
        out = places(tmp_path, emulator.url, "search", "coffee", *near, "--detail", "full", "--json")
        found = loads(out)["places"]
        photo = str(tmp_path / "photo.png")
        places(tmp_path, emulator.url, "photo", found[0]["photos"][0]["name"], "--output", photo)

        assert 0 == emulator.stop()
    assert all(place["id"].startswith("ChIJ") for place in found)
    assert b"\x89PNG" == (tmp_path / "photo.png").read_bytes()[:4]
    assert "image host: GET /p/0/1600x1200, without a key" in emulator.output
    assert "WITH A KEY" not in emulator.output


@pytest.mark.parametrize("option", ["--port", "--image-port"])
def test_a_port_in_use_is_named_for_each_of_the_two_hosts(tmp_path: Path, option: str) -> None:
    with (
        bind("127.0.0.1", 0) as (_, port),
        pytest.raises(AssertionError) as raised,
        served("google", "emulate", "--port", "0", option, str(port), cwd=tmp_path),
    ):
        pass

    assert f"error: port {port} is in use on 127.0.0.1; choose another" in raised.value.__notes__[0]


def test_an_unknown_trouble_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(["google", "emulate", "--trouble", "earthquake"])
    assert "reset" in capsys.readouterr().err
