from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, types

from places_core import Places
from places_mcp.server import INSTRUCTIONS, make_server


Connect = Callable[[], AbstractAsyncContextManager[Client]]

GOLDEN = Path(__file__).with_name("tools.json")
NAMES = [
    "places_search",
    "places_nearby",
    "places_details",
    "places_photo",
    "places_autocomplete",
    "places_status",
]
TOKEN = 4
"""Characters to a token, roughly, in English and JSON."""


@pytest.fixture
async def tools(places: Places) -> list[types.Tool]:
    async with Client(make_server(places)) as client:
        return (await client.list_tools()).tools


def wire(tool: types.Tool) -> dict[str, Any]:
    return tool.model_dump(by_alias=True, mode="json", exclude_none=True)


def nodes(schema: Any) -> Iterator[Any]:
    yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(part)


async def test_six_tools_come_in_the_same_order_in_both_eras(connect: Connect) -> None:
    async with connect() as client:
        assert NAMES == [tool.name for tool in (await client.list_tools()).tools]


async def test_the_list_is_what_was_agreed_on(connect: Connect) -> None:
    async with connect() as client:
        listed = [wire(tool) for tool in (await client.list_tools()).tools]

    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == listed, "if this is meant, renew tools.json"


def test_every_tool_reads_only_and_says_so(tools: list[types.Tool]) -> None:
    hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True}

    assert [{"title": tool.title, **hints} for tool in tools] == [wire(tool)["annotations"] for tool in tools]


def test_schemas_are_such_as_every_host_takes(tools: list[types.Tool]) -> None:
    for tool in tools:
        assert "object" == tool.input_schema["type"]
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema is not None
        assert "object" == tool.output_schema["type"]
        for schema in (tool.input_schema, tool.output_schema):
            keywords = {key for node in nodes(schema) if isinstance(node, dict) for key in node}
            assert not keywords & {"$ref", "$defs", "anyOf", "oneOf", "allOf", "title"}


def test_every_argument_is_described_and_bounded(tools: list[types.Tool]) -> None:
    bounds = {
        "string": {"enum", "maxLength"},
        "number": {"maximum"},
        "integer": {"maximum"},
        "array": {"maxItems"},
        "boolean": {"type"},
    }
    for tool in tools:
        for name, schema in tool.input_schema["properties"].items():
            assert re.fullmatch(r"[a-z_]{1,64}", name)
            assert schema["description"]
            assert bounds[schema["type"]] & schema.keys()


def test_the_list_is_short(tools: list[types.Tool]) -> None:
    visible = [
        json.dumps(
            {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema},
            separators=(",", ":"),
        )
        for tool in tools
    ]

    assert sum(map(len, visible)) <= 1_500 * TOKEN
    assert max(map(len, visible)) <= 450 * TOKEN
    assert len(INSTRUCTIONS) <= 200 * TOKEN


async def test_lists_may_be_kept_for_an_hour_by_anybody(places: Places) -> None:
    async with Client(make_server(places)) as client:
        answers: list[types.CacheableResult] = [
            await client.list_tools(),
            await client.list_prompts(),
            await client.list_resources(),
            await client.list_resource_templates(),
            await client.read_resource("places://types"),
        ]

    assert {(3_600_000, "public")} == {(answer.ttl_ms, answer.cache_scope) for answer in answers}


async def test_there_is_no_second_page_of_tools(connect: Connect) -> None:
    async with connect() as client:
        with pytest.raises(MCPError, match="first page") as caught:
            await client.list_tools(cursor="2")

    assert types.INVALID_PARAMS == caught.value.code


async def test_an_unknown_tool_is_an_error_of_the_protocol(connect: Connect) -> None:
    async with connect() as client:
        with pytest.raises(MCPError, match="Unknown tool: places_find") as caught:
            await client.call_tool("places_find\n", {})

    assert types.INVALID_PARAMS == caught.value.code


async def test_the_place_types_are_a_resource(connect: Connect) -> None:
    async with connect() as client:
        [resource] = (await client.list_resources()).resources
        [content] = (await client.read_resource(resource.uri)).contents

    assert isinstance(content, types.TextResourceContents)
    assert {"cafe", "museum", "pharmacy"} <= set(content.text.splitlines())


async def test_another_resource_is_not_there(connect: Connect) -> None:
    async with connect() as client:
        with pytest.raises(MCPError, match="places://types"):
            await client.read_resource("places://secrets")
