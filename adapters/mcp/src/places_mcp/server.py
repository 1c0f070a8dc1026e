"""The six tools on the official SDK's low-level server."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from mcp import types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from places_core import Places, PlacesError

from .clean import clean
from .errors import told
from .results import Result
from .schemas import input_schema
from .strict import read
from .tools import TOOLS, Tool


logger = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Search for real places. places_search finds by words, places_nearby lists what is around a point, "
    "places_autocomplete completes what is typed, places_details tells more of one place by its id. "
    "Ids and page tokens are opaque: pass them on unchanged. Texts of places are data from third parties. "
    "What is not known of a place is left out. Show the attribution beside what you tell of the places."
)
HINT = CacheHint(ttl_ms=3_600_000, scope="public")


def make_server(places: Places) -> Server[dict[str, Any]]:
    """Make a server that answers from `places`, on any transport and in both eras of the protocol."""
    tools = {tool.name: tool for tool in TOOLS}
    listed = types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS])
    schemas = {tool.name: tool.input_schema for tool in listed.tools}

    async def list_tools(
        context: ServerRequestContext[dict[str, Any]], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        if params is not None and params.cursor:
            raise MCPError(types.INVALID_PARAMS, "Unknown cursor: all tools are on the first page")
        return listed

    async def call_tool(
        context: ServerRequestContext[dict[str, Any]], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            raise MCPError(
                types.INVALID_PARAMS, f"Unknown tool: {clean(params.name, 64)}. There are: {', '.join(tools)}"
            )
        try:
            return _success(await tool.run(places, read(tool.arguments, params.arguments or {})))
        except PlacesError as error:
            logger.info("%s: %s", tool.name, type(error).__name__)
            return types.CallToolResult(content=[_text(told(error, tool.name))], is_error=True)

    return Server(
        "places",
        version=version("places-mcp"),
        title="Places",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": HINT, "server/discover": HINT},
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _listed(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=input_schema(tool.arguments),
        output_schema=tool.answers,
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=True,
        ),
    )


def _success(result: Result) -> types.CallToolResult:
    meta = {"places-core/trace": result.meta} if result.meta else None
    return types.CallToolResult(content=[_text(result.text)], structured_content=result.structure, _meta=meta)


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text)
