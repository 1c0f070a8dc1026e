"""What clients may list besides the tools: the place types as a resource, and no prompts."""

from __future__ import annotations

from typing import Any, TypeAlias

from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from places_core.models.place_types import TABLE_A

from .sanitize import sanitize


Context: TypeAlias = ServerRequestContext[dict[str, Any]]
Page: TypeAlias = types.PaginatedRequestParams | None

URI = "places://types"
_TYPES = types.Resource(
    uri=URI,
    name="place-types",
    title="Place types",
    description="The place types that places_search and places_nearby take, one to a line",
    mime_type="text/plain",
)


def first_page_only(params: Page) -> None:
    """Refuse a cursor: no list here has a second page."""
    if params is not None and params.cursor:
        raise MCPError(types.INVALID_PARAMS, "Unknown cursor: everything is on the first page")


async def list_resources(_: Context, params: Page) -> types.ListResourcesResult:
    first_page_only(params)
    return types.ListResourcesResult(resources=[_TYPES])


async def read_resource(_: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    if str(params.uri) != URI:
        raise MCPError(
            types.INVALID_PARAMS, f"Unknown resource: {sanitize(str(params.uri), 80)}. There is: {URI}"
        )
    text = types.TextResourceContents(uri=URI, mime_type="text/plain", text="\n".join(sorted(TABLE_A)))
    return types.ReadResourceResult(contents=[text])


async def list_templates(_: Context, params: Page) -> types.ListResourceTemplatesResult:
    first_page_only(params)
    return types.ListResourceTemplatesResult(resource_templates=[])


async def list_prompts(_: Context, params: Page) -> types.ListPromptsResult:
    """Return an empty, cacheable list: some clients ask although no prompts were declared."""
    first_page_only(params)
    return types.ListPromptsResult(prompts=[])
