"""What is wrong with the arguments of a tool, in the tool's own words."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from places_core import InvalidRequest
from places_core.errors import Fault

from .schemas import Schema, expected


_ARGUMENTS = {
    "textQuery": "query",
    "pageSize": "limit",
    "maxResultCount": "limit",
    "pageToken": "page_token",
    "includedType": "type",
    "includedTypes": "types",
    "languageCode": "language",
    "maxWidthPx": "max_width_px",
    "openNow": "open_now",
    "rankPreference": "rank",
    "fields": "detail",
}
"""How the tools call what Google's wire calls otherwise."""


class Verbatim(str):
    """Stands in an error for what was given, and reads as these words."""

    __slots__ = ()
    __repr__ = str.__str__


def argument_faults(error: InvalidRequest, tool: str) -> list[Fault]:
    """Return the faults by the names that the tool has for what is at fault."""
    return [evolve(fault, field=_argument(fault.field, tool)) for fault in error.faults]


def worded(fault: Fault, schemas: Mapping[str, Schema], given: Mapping[str, object]) -> Fault:
    """Return the fault in the terms of a tool: an argument is unknown, missing or null."""
    name = fault.field
    if name not in schemas:
        allowed = ", ".join(schemas) or "no arguments"
        return Fault(name[:40], Verbatim("an unknown argument"), allowed, fault.nearest)
    if name not in given:
        return Fault(name, Verbatim("nothing"), expected(schemas[name]), hint=f"{name} is required")
    return evolve(fault, given=None, hint=f"Leave {name} out instead") if given[name] is None else fault


def _argument(field: str, tool: str) -> str:
    if tool == "places_details" and field == "name":
        return "place_id"
    head, _, last = field.rpartition(".")
    if head.startswith(("locationBias", "locationRestriction", "origin")):
        return {"radius": "radius_m"}.get(last, last)
    return _ARGUMENTS.get(field, field)
