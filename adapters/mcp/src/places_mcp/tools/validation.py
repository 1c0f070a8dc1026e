"""What is wrong with the arguments of a tool, in the tool's own words."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, fields

from places_core import InvalidRequest
from places_core.convert import camel
from places_core.errors import Fault

from .schemas import argument_schemas, expected, required_arguments


class Verbatim(str):
    """Stands in an error for what was given, and reads as these words."""

    __slots__ = ()
    __repr__ = str.__str__


def argument_faults(error: InvalidRequest, arguments: type) -> list[Fault]:
    """Return the faults by the names that the tool has for what Google's wire calls otherwise."""
    names = {each.metadata["wire"] or camel(each.name): each.name for each in fields(arguments)}
    return [evolve(fault, field=_argument(fault.field, names)) for fault in error.faults]


def worded(fault: Fault, arguments: type, given: Mapping[str, object]) -> Fault:
    """Return the fault in the terms of a tool: an argument is unknown, missing or null."""
    name, schemas = fault.field, argument_schemas(arguments)
    if name not in schemas:
        allowed = ", ".join(schemas) or "no arguments"
        return Fault(name[:40], Verbatim("an unknown argument"), allowed, fault.nearest)
    required = f"{name} is required" if name in required_arguments(arguments) else ""
    if name not in given:
        return Fault(name, Verbatim("nothing"), expected(schemas[name]), hint=required)
    if given[name] is None:
        return evolve(fault, given=None, hint=required or f"Leave {name} out instead")
    return fault


def _argument(field: str, names: Mapping[str, str]) -> str:
    area, _, last = field.rpartition(".")
    if area.startswith(("locationBias", "locationRestriction", "origin")):
        return "radius_m" if last == "radius" else last
    return names.get(field, field)
