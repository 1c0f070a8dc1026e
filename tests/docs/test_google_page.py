"""The page about the Google backend, compared with the code."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from places_core.testing import FakeClock
from places_google.errors import Fault, error_of
from places_google.testing import TROUBLES
from places_google.transport import HttpAnswer


Read = Callable[[str], Any]

STATUS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED"}


def test_the_errors_become_what_the_page_says(page: Read) -> None:
    for http, named, error, again in page("docs/google.md").rows("HTTP"):
        status, _, period = named.partition(" ")
        reason = "" if status in (*STATUS.values(), "UNAUTHENTICATED") else status
        message = f"Quota exceeded {period}" if period else "Something."
        body = {"code": int(http), "message": message, "status": STATUS.get(int(http), status)}
        body["details"] = [{"@type": "x.ErrorInfo", "reason": reason}]
        answer = HttpAnswer(int(http), "application/json", None, json.dumps({"error": body}).encode())
        fault = Fault.read(answer, "key", FakeClock())

        assert error == type(error_of(fault, "it", FakeClock())).__name__, named
        assert (again == "with the next key") == bool(fault.key_trouble), named


def test_every_trouble_of_the_emulator_is_on_the_page(page: Read) -> None:
    assert set(TROUBLES) == {row[0] for row in page("docs/google.md").rows("trouble")}


def test_the_test_on_the_page_passes(page: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACES_RETRY__BASE", "0")
    [block] = page("docs/google.md").blocks("python")
    scope: dict[str, Any] = {}
    exec(block, scope)

    asyncio.run(scope["test_my_program_when_google_fails"]())
