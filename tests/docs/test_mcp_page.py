"""The page about MCP, compared with the tools."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, types

from places_core.testing import fake_places, served
from places_mcp.server import make_server
from places_mcp.transport.http import MAX_BODY, MAX_CONNECTIONS


Read = Callable[[str], Any]


@pytest.fixture
async def tools() -> list[types.Tool]:
    async with fake_places() as places, Client(make_server(places)) as client:
        return (await client.list_tools()).tools


def test_every_tool_is_documented_with_its_arguments(page: Read, tools: list[types.Tool]) -> None:
    documented = {
        row[0]: [] if row[1] == "–" else [name.strip("` ") for name in row[1].split(",")]
        for row in page("docs/mcp.md").rows("tool")
    }

    assert {tool.name: list(tool.input_schema["properties"]) for tool in tools} == documented


def test_the_limits_are_those_of_the_page(page: Read) -> None:
    text = " ".join(page("docs/mcp.md").text.split())

    assert f"limited to {MAX_BODY // 1024} KiB, connections to {MAX_CONNECTIONS:,}" in text


async def test_a_misspelt_argument_gets_the_error_of_the_page(page: Read) -> None:
    arguments = {"latitude": 60.17, "longitude": 24.93, "radius": 500}
    async with fake_places() as places, Client(make_server(places)) as client:
        result = await client.call_tool("places_nearby", arguments)

    assert isinstance(result.content[0], types.TextContent)
    assert page("docs/mcp.md").blocks("text")[1].strip() == result.content[0].text


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_a_client_with_the_settings_of_the_page_finds_coffee(
    page: Read, tmp_path: Path, era: str
) -> None:
    settings = json.loads(page("docs/mcp.md").blocks("json")[0])["mcpServers"]["places"]
    command = Path(sys.executable).with_name(settings["command"])
    server = StdioServerParameters(
        command=str(command), args=settings["args"], env=settings["env"], cwd=tmp_path
    )

    async with Client(server, mode=era) as client:
        result = await client.call_tool(
            "places_search", {"query": "coffee", "latitude": 60.17, "longitude": 24.93}
        )

    assert isinstance(result.content[0], types.TextContent)
    lines = result.content[0].text.splitlines()
    for number, place in enumerate(result.structured_content["places"], start=1):
        assert lines[number - 1].startswith(f"{number}. {place['name']} | id {place['id']} | ")
    assert page("docs/mcp.md").blocks("text")[0].split(" | ", 1)[1].strip() in result.content[0].text


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_the_command_of_the_page_serves_the_same_over_http(
    page: Read, tmp_path: Path, era: str
) -> None:
    [command] = page("docs/mcp.md").commands()
    _, *arguments = command.replace("8000", "0").split()
    with served(*arguments, environ={"PLACES_BACKEND": "local"}, cwd=tmp_path) as server:
        async with Client(server.url, mode=era) as client:
            tools = (await client.list_tools()).tools
            result = await client.call_tool("places_nearby", {"latitude": 60.17, "longitude": 24.93})

        assert 0 == server.stop()
    assert 6 == len(tools)
    assert isinstance(result.content[0], types.TextContent)
    found = [place["id"] for place in result.structured_content["places"]]
    assert found == re.findall(r"\| id (\S+) \|", result.content[0].text)
    assert 10 == len(found)
