"""Calls with several wrong arguments, each of which is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from mcp import Client, types

from places_core import InvalidRequest
from places_core.errors import Fault
from places_mcp.errors import error_text


Connect = Callable[[], AbstractAsyncContextManager[Client]]


async def refusal(client: Client, name: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(name, arguments)
    [content] = result.content
    assert isinstance(content, types.TextContent)
    assert result.is_error
    return content.text


async def test_all_wrong_arguments_are_named_in_one_error(connect: Connect) -> None:
    arguments = {
        "query": "",
        "limit": -1,
        "type": "cofe",
        "open_now": "yes",
        "latitude": 60.17,
        "langage": "fi",
        "detail": "contcat",
    }
    async with connect() as client:
        text = await refusal(client, "places_search", arguments)

    assert {
        "query": "got ''; allowed: a text of 1 to 500 characters",
        "limit": "got -1; allowed: a whole number from 1 to 20",
        "type": (
            "got 'cofe'; allowed: a place type of Google's Table A, such as 'cafe' or 'museum'. "
            "Did you mean 'cafe'?"
        ),
        "open_now": "got 'yes'; allowed: true or false",
        "longitude": "got nothing; allowed: a number, as the other one is given",
        "langage": (
            "got an unknown argument; allowed: query, latitude, longitude, radius_m, type, open_now, limit, "
            "detail, language, page_token. Did you mean language?"
        ),
        "detail": "got 'contcat'; allowed: one of ids, basic, contact, full. Did you mean contact?",
    } == dict(each.strip().split(": ", 1) for each in re.split(r"\(\d\) ", text)[1:])


async def test_what_is_missing_is_named_with_what_is_wrong(connect: Connect) -> None:
    arguments = {"latitude": "60", "types": ["cofe"], "radius_m": 0}
    async with connect() as client:
        text = await refusal(client, "places_nearby", arguments)

    assert ["latitude", "radius_m", "longitude", "types"] == re.findall(r"\(\d\) (\w+): ", text)


@pytest.mark.parametrize(
    ("tool", "text"), [("places_search", {"query": "x"}), ("places_autocomplete", {"input": "x"})]
)
async def test_a_point_that_cannot_be_read_makes_nothing_else_wrong(
    connect: Connect, tool: str, text: dict[str, str]
) -> None:
    async with connect() as client:
        message = await refusal(client, tool, {**text, "latitude": "60", "longitude": "24", "radius_m": 500})

    assert ["latitude", "longitude"] == re.findall(r"\(\d\) (\w+): ", message)


def test_five_faults_with_long_values_are_five_short_texts_in_one_line() -> None:
    error = InvalidRequest.of(Fault(f"field{at}", "x" * 5_000, "less\n" * 200) for at in range(5))
    text = error_text(error, "places_search")

    assert [f"field{at}" for at in range(5)] == re.findall(r"\(\d\) (\w+): ", text)
    assert len(text) <= 5 * 310
    assert text.isprintable()
