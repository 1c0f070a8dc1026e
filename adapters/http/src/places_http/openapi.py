"""The OpenAPI document, read off the same classes that read and write the messages."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import attrs

from places_core.convert import Int64, Member, body_shape, dumps, is_enum
from places_core.models import (
    Autocomplete,
    AutocompleteResponse,
    Details,
    NearbySearch,
    PhotoMedia,
    PhotoMediaResponse,
    Place,
    SearchNearbyResponse,
    SearchTextResponse,
    TextSearch,
)


Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Int64: {"type": "string", "format": "int64"},
}
_QUERIES = {
    TextSearch: "SearchTextRequest",
    NearbySearch: "SearchNearbyRequest",
    Autocomplete: "AutocompleteRequest",
}
_POSTS = (
    ("/v1/places:searchText", TextSearch, SearchTextResponse),
    ("/v1/places:searchNearby", NearbySearch, SearchNearbyResponse),
    ("/v1/places:autocomplete", Autocomplete, AutocompleteResponse),
)
_OPS = {
    "/healthz": "Report whether the process is alive",
    "/readyz": "Report whether queries can be answered",
    "/openapi.json": "Describe this interface",
    "/v1/status": "Show how each part of the stack is doing",
    "/v1/plugins": "List the plugins, including those that failed",
}
_MASK = {
    "name": "X-Goog-FieldMask",
    "in": "header",
    "schema": {"type": "string", "default": "basic"},
    "description": "Google's field mask, or one of ids, basic, contact, full.",
}
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "status": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["code", "message", "status"],
        }
    },
}


@cache
def document() -> bytes:
    """Return the OpenAPI 3.1 document as JSON."""
    schemas: dict[str, Schema] = {"Error": _ERROR}
    paths = {path: {"post": _post(query, answer, schemas)} for path, query, answer in _POSTS}
    paths["/v1/places/{place_id}"] = {"get": _get(Details, Place, ("place_id",), schemas)}
    media = _get(PhotoMedia, PhotoMediaResponse, ("place_id", "photo"), schemas)
    media["responses"]["200"]["content"]["image/*"] = {}
    media["responses"]["302"] = {
        "description": "Where the image is",
        "headers": {"Location": {"schema": _SCALARS[str]}},
    }
    paths["/v1/places/{place_id}/photos/{photo}/media"] = {"get": media}
    paths |= {
        path: {"get": _operation(path.rsplit("/", 1)[1].split(".")[0], summary, {"type": "object"})}
        for path, summary in _OPS.items()
    }
    info = {
        "title": "Places",
        "version": version("places-http"),
        "description": "The Google Places (New) protocol.",
    }
    return dumps({"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}})


def _post(query: Any, answer: Any, schemas: dict[str, Schema]) -> Schema:
    described = _operation(query.operation, query.__doc__, _reference(answer, schemas))
    body = {"required": True, "content": {"application/json": {"schema": _reference(query, schemas)}}}
    return {**described, "parameters": [_MASK], "requestBody": body}


def _get(query: Any, answer: Any, in_path: tuple[str, ...], schemas: dict[str, Schema]) -> Schema:
    described = _operation(query.operation, query.__doc__, _reference(answer, schemas))
    path = [{"name": name, "in": "path", "required": True, "schema": _SCALARS[str]} for name in in_path]
    rest = [
        {"name": member.wire_name, "in": "query", "schema": _kind(member.kind, schemas)}
        for member in body_shape(query).values()
        if member.default is not attrs.NOTHING
    ]
    return {**described, "parameters": [*path, *rest, *([] if query is PhotoMedia else [_MASK])]}


def _operation(name: str, summary: str | None, answer: Schema) -> Schema:
    return {
        "operationId": name,
        "summary": (summary or "").splitlines()[0],
        "responses": {
            "200": {"description": "The answer", "content": {"application/json": {"schema": answer}}},
            "default": {
                "description": "Google's error JSON",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }


def _reference(cls: Any, schemas: dict[str, Schema]) -> Schema:
    """Refer to the schema of a class, and describe the class where that has not been done."""
    name = _QUERIES.get(cls, cls.__name__)
    if name not in schemas:
        described = schemas[name] = {"type": "object"}  # before its members, which may hold the class again
        members = body_shape(cls).values()
        described["properties"] = {member.wire_name: _member(member, schemas) for member in members}
        required = [member.wire_name for member in members if member.default is attrs.NOTHING]
        described |= {"required": required} if required else {}
    return {"$ref": f"#/components/schemas/{name}"}


def _member(member: Member, schemas: dict[str, Schema]) -> Schema:
    if kinds := member.marks.get("oneof"):
        areas = {name: _reference(kind, schemas) for name, kind in kinds.items()}
        return {"type": "object", "properties": areas, "minProperties": 1, "maxProperties": 1}
    one = _kind(member.kind, schemas)
    return {"type": "array", "items": one} if member.many else one


def _kind(kind: Any, schemas: dict[str, Schema]) -> Schema:
    if attrs.has(kind):
        return _reference(kind, schemas)
    if is_enum(kind):  # open, for Google adds values
        return {"anyOf": [{"type": "string", "enum": [str(value) for value in kind]}, {"type": "string"}]}
    return _SCALARS.get(kind, {})
