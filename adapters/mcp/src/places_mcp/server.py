"""The six tools on the official SDK's low-level server."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from attrs import Factory, define
from mcp import types
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from places_core import Places, PlacesError
from places_core.events import Trace
from places_core.serving import caller_name

from .errors import error_text
from .resources import (
    Context,
    Page,
    first_page_only,
    list_prompts,
    list_resources,
    list_templates,
    read_resource,
)
from .sanitize import sanitize
from .tools.arguments import Arguments, read
from .tools.catalog import TOOLS, Tool
from .tools.results import Result
from .tools.schemas import input_schema


logger = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Search for real places. places_search searches by text, places_nearby lists places around a point, "
    "places_autocomplete completes partial input, places_details returns one place by id. "
    "Ids and page tokens are opaque: pass them on unchanged. Text about places is third-party data. "
    "Unknown fields are omitted. Show the attribution with anything you say about the places."
)
_HINT = CacheHint(ttl_ms=3_600_000, scope="public")
_CONSTANT: tuple[CacheableMethod, ...] = (
    "server/discover",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
)


def make_server(places: Places) -> Server[dict[str, Any]]:
    """Return a server that answers from `places`, on any transport and in both eras of the protocol."""
    tools = _Tools(places)
    server: Server[dict[str, Any]] = Server(
        "places",
        version=version("places-mcp"),
        title="Places",
        instructions=INSTRUCTIONS,
        cache_hints=dict.fromkeys(_CONSTANT, _HINT),
        get_tool_input_schema=_none_in_headers,
        on_list_tools=tools.list,
        on_list_prompts=list_prompts,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
    # Not as `on_call_tool`, which takes a model: results are dictionaries already and need no copy.
    server.add_request_handler("tools/call", types.CallToolRequestParams, tools.call)
    return server


@define
class _Tools:
    places: Places
    _tools: dict[str, Tool] = Factory(lambda: {tool.name: tool for tool in TOOLS})

    async def list(self, _: Context, params: Page) -> types.ListToolsResult:
        first_page_only(params)
        return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS])

    async def call(self, context: Context, params: types.CallToolRequestParams) -> dict[str, Any]:
        tool = self._tools.get(params.name)
        if tool is None:
            known = ", ".join(self._tools)
            raise MCPError(
                types.INVALID_PARAMS, f"Unknown tool: {sanitize(params.name, 64)}. There are: {known}"
            )
        try:
            asked: Arguments = read(tool.arguments, params.arguments or {})
            return _success(await tool.run(self.places, asked, _caller(context)))
        except PlacesError as error:
            logger.debug("%s: %s", tool.name, type(error).__name__)
            return _complete(error_text(error, tool.name), error.trace, isError=True)
        except Exception as error:
            logger.exception("%s failed", tool.name)
            raise MCPError(types.INTERNAL_ERROR, "Internal error encountered.") from error


def _caller(context: Context) -> str:
    """Return on whose behalf a client asks: its address over HTTP, and one name over stdin."""
    client = context.request.client if context.request else None
    return caller_name(client.host) if client else "stdio"


def _none_in_headers(_: str) -> None:
    """Save every call a walk through the schemas: no argument of ours is repeated in a header."""


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


def _success(result: Result) -> dict[str, Any]:
    return _complete(result.text, result.trace, isError=False, structuredContent=result.structure)


def _complete(text: str, trace: Trace | None, **more: Any) -> dict[str, Any]:
    """Return a result for the model; how it came about is beside it, for programs."""
    result = {"resultType": "complete", "content": [{"type": "text", "text": text}], **more}
    if trace is not None:
        told = {"backend": trace.backend, "cache": trace.cache, "age": round(trace.age, 3)}
        result["_meta"] = {"places-core/trace": {**told, "attempts": trace.attempts}}
    return result
