"""JSON Schema as hosts of every kind take it: no `$ref`, no `anyOf`, an object at the root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs

from places_core import InvalidRequest
from places_core.errors import Fault
from places_core.text import nearest


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


def required(schema: Schema, wire: str = "") -> Any:
    """An argument that every call must give; `wire` is what Google calls it, where that is another name."""
    return attrs.field(metadata=_marks(schema, wire))


def optional(schema: Schema, default: Any = None, wire: str = "") -> Any:
    """An argument that a call may leave out; the schema tells what holds then."""
    described = schema if default is None or default == () else {**schema, "default": default}
    return attrs.field(default=default, metadata=_marks(described, wire))


def _marks(schema: Schema, wire: str) -> dict[str, Any]:
    """Let an argument be read by its schema, under its own name."""
    return {"schema": schema, "wire": wire, "verbatim": True, "read": lambda value, _: _read(value, schema)}


def _read(value: Any, schema: Schema) -> Any:
    if faults := [*_faults(value, schema)]:
        raise InvalidRequest.of(faults)
    return {"array": tuple, "integer": int}.get(schema["type"], lambda same: same)(value)


def _faults(value: Any, schema: Schema) -> Iterator[Fault]:
    fits, allowed = _rule(value, schema)
    if not fits:
        near = nearest(value, schema.get("enum", ()))
        yield Fault("", value, allowed, near, f"Did you mean {near}?" if near else "")
    elif "items" in schema:
        for each in value:
            yield from _faults(each, schema["items"])


def expected(schema: Schema) -> str:
    """Return in words what fits."""
    return _rule(None, schema)[1]


def _rule(value: Any, schema: Schema) -> tuple[bool, str]:
    """Return whether a value fits, and in words what does."""
    match schema:
        case {"enum": names}:
            return isinstance(value, str) and value in names, f"one of {', '.join(names)}"
        case {"maxLength": most}:
            fits = isinstance(value, str) and 0 < len(value.strip()) <= most
            return fits, f"a text of 1 to {most} characters"
        case {"maxItems": most}:
            return isinstance(value, list) and len(value) <= most, f"a list of at most {most} texts"
        case {"minimum": low, "maximum": high, "type": kind}:
            real = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
            fits = real and (kind == "number" or value == int(value))
            return fits, f"a {'number' if kind == 'number' else 'whole number'} from {low} to {high}"
    return isinstance(value, bool), "true or false"


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
