"""JSON Schema as hosts of every kind take it: no `$ref`, no `anyOf`, an object at the root."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs


Schema: TypeAlias = dict[str, Any]


def string(description: str, most: int, **more: Any) -> Schema:
    return {"type": "string", "description": description, "minLength": 1, "maxLength": most, **more}


def choice(description: str, *names: str) -> Schema:
    return {"type": "string", "description": description, "enum": list(names)}


def number(description: str, low: float, high: float) -> Schema:
    return {"type": "number", "description": description, "minimum": low, "maximum": high}


def integer(description: str, low: int, high: int) -> Schema:
    return {"type": "integer", "description": description, "minimum": low, "maximum": high}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def listing(description: str, *, most: int) -> Schema:
    """A list of names."""
    name = {"type": "string", "minLength": 1, "maxLength": 50}
    return {"type": "array", "description": description, "items": name, "maxItems": most}


def required(schema: Schema) -> Any:
    """An argument that every call must give."""
    return attrs.field(metadata={"schema": schema})


def optional(schema: Schema, default: Any = None) -> Any:
    """An argument that a call may leave out; the schema tells what holds then."""
    described = schema if default is None or default == () else {**schema, "default": default}
    return attrs.field(default=default, metadata={"schema": described})


def argument_schemas(cls: type) -> dict[str, Schema]:
    return {each.name: each.metadata["schema"] for each in attrs.fields(cls)}


def required_arguments(cls: type) -> list[str]:
    return [each.name for each in attrs.fields(cls) if each.default is attrs.NOTHING]


def input_schema(cls: type) -> Schema:
    """Describe the arguments of a tool, and that there are no others."""
    named = required_arguments(cls)
    schema: Schema = {"type": "object", "properties": argument_schemas(cls), "additionalProperties": False}
    return {**schema, "required": named} if named else schema


def output_schema(properties: dict[str, Schema], *, required: tuple[str, ...]) -> Schema:
    """Describe what a tool answers; later versions may add properties."""
    return {"type": "object", "properties": properties, "required": list(required)}
