"""`places cache`."""

from __future__ import annotations

import pytest

from places_core.cli import main


def test_stats_count_and_say_whose_memory_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["cache", "stats"])

    output = capsys.readouterr()
    assert "entries" in output.out
    assert "each process" in output.err


def test_what_is_not_kept_is_an_error_that_names_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(["cache", "get", "search_text:tea"])
    assert "search_text:tea" in capsys.readouterr().err


def test_clear_says_how_many_were_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["cache", "clear", "x*"])
    assert "deleted 0 entries" in capsys.readouterr().out


def test_an_action_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["cache"])
    assert "ACTION" in capsys.readouterr().err
