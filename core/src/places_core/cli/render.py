"""Answers as text for the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..geo import distance


if TYPE_CHECKING:
    from ..events import Trace
    from ..models import Place
    from ..models.responses import FormattableText, Suggestion

_WIDEST = 48


def table(rows: Iterable[Sequence[str]], head: Sequence[str], widest: int = 1_000) -> str:
    """Align the columns and omit empty ones; only the last may be wider than `widest`."""
    body = [[*(_cut(cell, widest) for cell in row[:-1]), row[-1]] for row in rows]
    kept = [at for at in range(len(head)) if any(row[at] for row in body)]
    lines = [[row[at] for at in kept] for row in (list(head), *body)]
    widths = [max(_cells(line[at]) for line in lines) for at in range(len(kept))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _cells(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def places(found: Sequence[Place], origin: tuple[float, float] | None) -> str:
    rows = [
        (_name(place), _kind(place), _away(place, origin), place.formatted_address or "", place.id or "")
        for place in found
    ]
    return table(rows, ("NAME", "TYPE", "DISTANCE", "ADDRESS", "ID"), _WIDEST)


def facts(place: Place) -> str:
    """Return one line for each known field of a place."""
    known = [(label, text) for label, text in _facts(place) if text]
    return "\n".join(f"{label:<9} {text}" for label, text in known)


def suggestions(proposed: Iterable[Suggestion]) -> str:
    rows = []
    for suggestion in proposed:
        if place := suggestion.place_prediction:
            kind = _words(next(iter(place.types or ()), ""))
            rows.append((_text(place.text), kind, place.place_id or ""))
        elif query := suggestion.query_prediction:
            rows.append((_text(query.text), "search", ""))
    return table(rows, ("SUGGESTION", "TYPE", "ID"), _WIDEST)


def trace(how: Trace) -> str:
    parts = [
        f"backend {how.backend or '-'}",
        f"cache {how.cache}",
        f"calls {how.attempts}",
        f"{how.seconds:.3f} s",
    ]
    parts += [f"{how.age:.0f} s old"] if how.age else []
    return "trace: " + ", ".join((*parts, *how.fallbacks))


def json_text(body: bytes) -> str:
    """Return the JSON unchanged, or indented if standard output is a terminal."""
    if not sys.stdout.isatty():
        return body.decode()
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def metres_text(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 999.5 else f"{metres / 1000:.1f} km"


def _facts(place: Place) -> Iterator[tuple[str, str | None]]:
    yield "name", _name(place)
    yield "type", _kind(place)
    yield "address", place.formatted_address
    yield "location", f"{place.location.latitude},{place.location.longitude}" if place.location else None
    yield "phone", place.international_phone_number or place.national_phone_number
    yield "website", place.website_uri
    yield "status", _words(place.business_status or "")
    yield "rating", _rating(place)
    hours = place.current_opening_hours or place.regular_opening_hours
    yield from (("hours", day) for day in (hours.weekday_descriptions if hours else None) or ())
    yield "map", place.google_maps_uri
    yield from (("photo", photo.name) for photo in (place.photos or ())[:3])
    yield "id", place.id


def _text(shown: FormattableText | None) -> str:
    return (shown.text if shown else None) or ""


def _name(place: Place) -> str:
    return (place.display_name.text if place.display_name else None) or ""


def _kind(place: Place) -> str:
    shown = place.primary_type_display_name.text if place.primary_type_display_name else None
    return shown or _words(place.primary_type or next(iter(place.types or ()), ""))


def _words(name: str) -> str:
    return name.replace("_", " ").lower()


def _rating(place: Place) -> str | None:
    if place.rating is None:
        return None
    count = place.user_rating_count
    return f"{place.rating:g}" if count is None else f"{place.rating:g} of 5, {count} ratings"


def _away(place: Place, origin: tuple[float, float] | None) -> str:
    if origin is None or place.location is None:
        return ""
    return metres_text(distance(*origin, place.location.latitude, place.location.longitude))


def _cells(text: str) -> int:
    """Count terminal columns: wide characters take two, combining marks none."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cut(text: str, widest: int) -> str:
    """Join the lines of a cell and truncate it to `widest` columns."""
    text = " ".join(text.split())
    if _cells(text) <= widest:
        return text
    kept = ""
    for letter in text:
        if _cells(kept) + _width(letter) >= widest:
            break
        kept += letter
    return f"{kept}…"
