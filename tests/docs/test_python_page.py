"""The examples of the Python page, run against a fake backend."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Callable
from typing import Any

import pytest

from places_core.testing import fake_places


Read = Callable[[str], Any]

EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


async def test_every_example_prints_what_the_page_shows(
    page: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("docs/python.md").text
    examples = EXAMPLE.findall(text)

    assert text.count("```python") == len(examples)
    async with fake_places() as places:
        for source, output in examples:
            code = compile(source, "docs/python.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            if coroutine := types.FunctionType(code, {"places": places})():
                await coroutine
            assert output == capsys.readouterr().out, source
