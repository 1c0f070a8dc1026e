"""What the tools answer: structured content and text, each complete and lean on its own.

Clients differ in which of the two they show to the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from places_core import Answer, LatLng
from places_core.convert import loads
from places_core.events import Trace

from ..sanitize import identifier, sanitize, web_address
from .record import ALONE, FIELDS, Record, fields_in, record_of


CAP = 24_000
"""Characters of text that a result may have, about 8,000 tokens; clients cut longer ones off."""


@frozen
class Result:
    structure: dict[str, Any]
    text: str
    trace: Trace | None = None


def places_result(answer: Answer, point: LatLng | None) -> Result:
    """Return the places found, one per line."""
    body = loads(answer.body)
    found = body.get("places") or ()
    fields = fields_in(found)
    records = [record_of(place, point, fields) for place in found]
    lines = [f"{number}. {' | '.join(parts)}" for number, (_, parts) in enumerate(records, 1)]
    shown = _fitting(lines)
    structure = _present(
        next_page_token=identifier(body.get("nextPageToken")) if shown == len(lines) else "",
        attribution=_attribution(answer, *found[:shown]),
        note=_note(shown, len(lines)),
    )
    return _result(answer, {"places": [record for record, _ in records[:shown]], **structure}, lines[:shown])


def place_result(answer: Answer) -> Result:
    """Return one place, one field per line."""
    place = loads(answer.body)
    record, parts = record_of(place, None, (*FIELDS, *ALONE))
    structure = _present(place=record, attribution=_attribution(answer, place))
    return _result(answer, structure, parts)


def photo_result(answer: Answer) -> Result:
    """Return the URL of the image."""
    photo = loads(answer.body)
    name, uri = identifier(photo.get("name")), web_address(photo.get("photoUri"), most=2_000)
    note = "" if uri else "The backend gave no web address for this photo."
    structure = _present(name=name, uri=uri, attribution=_attribution(answer), note=note)
    return _result(answer, structure, filter(None, (name, uri)))


def suggestions_result(answer: Answer) -> Result:
    """Return the suggestions, one per line."""
    suggestions = [_suggestion(each) for each in loads(answer.body).get("suggestions") or ()]
    note = "" if suggestions else "Nothing begins like this. Try fewer letters, or places_search."
    structure = _present(suggestions=suggestions, attribution=_attribution(answer), note=note)
    lines = [f"{number}. {' | '.join(_suggestion_parts(each))}" for number, each in enumerate(suggestions, 1)]
    return _result(answer, {"suggestions": [], **structure}, lines)


def status_result(status: Mapping[str, Any]) -> Result:
    """Return whether the stack can answer, and which backends do."""
    backends = [_backend(each) for each in status["backends"]]
    cache = {name: status["cache"][name] for name in ("provider", "entries") if name in status["cache"]}
    faults = sorted({sanitize(each["part"]) for each in status.get("faults") or ()})
    known = {"ready": bool(status["ready"]), "version": str(status["version"])}
    structure = known | _present(backends=backends, cache=cache, faults=faults)
    lines = [f"{'ready' if status['ready'] else 'not ready'}, version {status['version']}"]
    lines += [" | ".join(_backend_parts(each)) for each in backends]
    lines += [f"cache {' '.join(str(value) for value in cache.values())}"] if cache else []
    return Result(structure, "\n".join([*lines, *(f"failing: {fault}" for fault in faults)]))


def _result(answer: Answer, structure: dict[str, Any], lines: Iterable[str]) -> Result:
    """Append to the lines what else the structure says."""
    closing = (
        ("next_page_token", "Next page: the same arguments and page_token={}"),
        ("note", "{}"),
        ("attribution", "Source: {}"),
    )
    ends = [line.format(structure[name]) for name, line in closing if name in structure]
    return Result(structure, "\n".join([*lines, *ends]), answer.trace)


def _attribution(answer: Answer, *places: Mapping[str, Any]) -> str:
    """Return every required attribution once: that of the backend and those of single places."""
    providers = (each.get("provider") for place in places for each in place.get("attributions") or ())
    named = dict.fromkeys((answer.attribution, *providers))
    return "; ".join(filter(None, map(sanitize, named)))


def _fitting(lines: Sequence[str]) -> int:
    """Return how many lines fit within the cap, at least one."""
    length = 0
    for count, line in enumerate(lines):
        length += len(line) + 1
        if length > CAP:
            return max(1, count)
    return len(lines)


def _note(shown: int, found: int) -> str:
    if not found:
        return "No places found. Try other words, a larger radius_m or no type."
    return f"Showing {shown} of {found}: narrow with a lower limit or detail." if shown < found else ""


def _suggestion(suggestion: Mapping[str, Any]) -> Record:
    place = suggestion.get("placePrediction") or {}
    prediction = place or suggestion.get("queryPrediction") or {}
    return _present(
        text=sanitize((prediction.get("text") or {}).get("text")),
        id=identifier(place.get("placeId")),
        type=sanitize(next(iter(place.get("types") or ()), "")),
        distance_m=place.get("distanceMeters"),
    )


def _suggestion_parts(suggestion: Record) -> list[str]:
    lines = (("text", "{}"), ("id", "id {}"), ("type", "{}"), ("distance_m", "{} m away"))
    return [line.format(suggestion[name]) for name, line in lines if name in suggestion]


def _backend(backend: Mapping[str, Any]) -> Record:
    return _present(
        name=sanitize(backend["name"]),
        ok=bool(backend["ok"]),
        detail=sanitize(backend.get("detail")),
        breaker=sanitize(backend.get("breaker")),
        offers=[sanitize(each) for each in backend.get("offers") or ()],
    )


def _backend_parts(backend: Record) -> list[str]:
    parts = [backend["name"], "ok" if backend["ok"] else "failing", backend.get("detail", "")]
    parts += [f"breaker {backend['breaker']}"] if "breaker" in backend else []
    return [*filter(None, parts), f"offers {', '.join(backend.get('offers', ()))}"]


def _present(**entries: Any) -> Record:
    return {name: value for name, value in entries.items() if value not in (None, "", [], {})}
