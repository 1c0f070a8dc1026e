"""Reading what a model sent: nothing is guessed, and every refusal says what would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from attrs import frozen

from places_core import InvalidRequest

from .schemas import Schema, argument_schemas, required_arguments


T = TypeVar("T")


@frozen(repr=False)
class Verbatim:
    """Stands in an error for what was given, and reads as these words."""

    words: str

    def __repr__(self) -> str:
        return self.words


def read(cls: type[T], given: Mapping[str, Any]) -> T:
    """Make the arguments of a tool from what came, or raise `InvalidRequest` for the first fault."""
    schemas = argument_schemas(cls)
    for name in given:
        if name not in schemas:
            raise _unknown(name, schemas)
    for name in required_arguments(cls):
        if name not in given:
            raise InvalidRequest(
                name, Verbatim("nothing"), _allowed(schemas[name]), hint=f"{name} is required"
            )
    return cls(**{name: _checked(name, value, schemas[name]) for name, value in given.items()})


def _unknown(name: str, schemas: Mapping[str, Schema]) -> InvalidRequest:
    near = get_close_matches(name.lower(), schemas, n=1)
    hint = f"Did you mean {near[0]}?" if near else ""
    return InvalidRequest(
        name[:40],
        Verbatim("an unknown argument"),
        ", ".join(schemas) or "no arguments",
        hint=hint,
    )


def _checked(name: str, value: Any, schema: Schema) -> Any:
    if not _FITS[schema["type"]](value, schema):
        hint = f"Leave {name} out instead" if value is None else ""
        raise InvalidRequest(name, value, _allowed(schema), hint=hint)
    if schema["type"] == "array":
        return tuple(_checked(name, each, schema["items"]) for each in value)
    return int(value) if schema["type"] == "integer" else value


def _is_text(value: Any, schema: Schema) -> bool:
    if not isinstance(value, str):
        return False
    return value in schema["enum"] if "enum" in schema else 0 < len(value.strip()) <= schema["maxLength"]


def _is_number(value: Any, schema: Schema) -> bool:
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and schema["minimum"] <= value <= schema["maximum"]


def _is_whole(value: Any, schema: Schema) -> bool:
    return _is_number(value, schema) and value == int(value)


def _is_flag(value: Any, _: Schema) -> bool:
    return isinstance(value, bool)


def _is_list(value: Any, schema: Schema) -> bool:
    return isinstance(value, list) and len(value) <= schema["maxItems"]


_FITS: dict[str, Callable[[Any, Schema], bool]] = {
    "string": _is_text,
    "number": _is_number,
    "integer": _is_whole,
    "boolean": _is_flag,
    "array": _is_list,
}


def _allowed(schema: Schema) -> str:
    match schema:
        case {"enum": names}:
            return f"one of {', '.join(names)}"
        case {"type": "string", "maxLength": most}:
            return f"a text of 1 to {most} characters"
        case {"type": "array", "maxItems": most}:
            return f"a list of at most {most} texts"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"a whole number from {low} to {high}"
    return f"a number from {schema['minimum']} to {schema['maximum']}"
