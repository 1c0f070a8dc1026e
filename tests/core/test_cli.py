"""The `places` command: what it prints, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


Run = Callable[..., Any]


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
    assert "No places found. Try without --type, or with --radius 2500, or with fewer words.\n" == ran.err


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


def test_the_trace_is_beside_an_error_too(run: Run) -> None:
    ran = run("details", "fake-999", "--trace")

    assert 1 == ran.code
    trace, error = ran.err.splitlines()
    assert trace.startswith("trace: backend fake, cache miss, calls 1, ")
    assert error.startswith("error: There is no place")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "COMMAND"),
        (("serch", "x"), "invalid choice: 'serch'"),
        (("search",), "TEXT"),
        (("search", "x", "--limit", "21"), "'21' is not a whole number from 1 to 20"),
        (("search", "x", "--near", "95,0"), "'95,0' is out of range; allowed: latitude -90 to 90"),
        (("search", "x", "--near", "here"), "'here' is not of the form LAT,LNG"),
        (("search", "x", "--near", "1,2", "--radius", "0"), "'0' is not a valid radius; allowed: above 0"),
        (("search", "x", "--radius", "9"), "--radius: got 9.0; allowed: only together with --near"),
        (("search", "x", "--type", "caffe"), "Did you mean 'cafe'"),
        (("search", "x", "--detail", "places.nmae"), "--detail: got 'places.nmae'"),
        (("nearby", "60,24", "--rank", "size"), "invalid choice: 'size'"),
        (("serve", "smtp"), "invalid choice: 'smtp'"),
    ],
)
def test_wrong_usage_is_explained_with_code_2(run: Run, arguments: tuple[str, ...], expected: str) -> None:
    ran = run(*arguments)

    assert (2, "") == (ran.code, ran.out)
    assert expected in ran.err


def test_each_fault_of_a_query_has_a_line_that_names_the_option(run: Run) -> None:
    ran = run("search", "x", "--type", "caffe", "--detail", "places.nmae", "--language", "Finnish!")

    assert 2 == ran.code
    assert ["--detail", "--language", "--type"] == sorted(
        line.removeprefix("error: ").partition(":")[0] for line in ran.err.splitlines()
    )


def test_the_name_of_a_place_or_a_photo_is_called_as_the_command_calls_it(run: Run) -> None:
    assert run("details", "no id").err.startswith("error: ID: got 'no id'")
    assert run("photo", "no-name").err.startswith("error: NAME: got 'no-name'")


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
