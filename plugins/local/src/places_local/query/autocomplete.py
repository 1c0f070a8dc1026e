"""Suggestions for a text that is still being typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from places_core.geo import distance
from places_core.models import Autocomplete, Circle

from ..index.geometry import Area
from ..index.normalize import APOSTROPHE, WORD, tokenize
from ..index.reader import Index
from .parser import categories_starting


MAX_SUGGESTIONS = 5
MAX_CANDIDATES = 60
MIN_PREFIX = 3
UNFOLDED_WORD = re.compile(rf"{WORD.pattern}(?:{APOSTROPHE}{WORD.pattern})*")
TYPE_COLLECTIONS = {
    "(cities)": ("locality",),
    "(regions)": ("locality", "sublocality", "neighborhood"),
}


@frozen
class Prediction:
    """A place, and the one of its names that was being typed."""

    name: str
    place: dict[str, Any]


def suggestions(index: Index, query: Autocomplete) -> list[dict[str, Any]]:
    """Return at most five suggestions in Google's JSON: places, followed by queries if asked for."""
    typed = tokenize(query.input[: query.input_offset] if query.input_offset is not None else query.input)
    if not typed:
        return []
    found = [_place_suggestion(prediction, typed, query) for prediction in _predictions(index, query, typed)]
    if query.include_query_predictions and not query.included_region_codes:
        phrases = categories_starting(query.input)[: max(1, MAX_SUGGESTIONS - len(found))]
        places = found[: MAX_SUGGESTIONS - len(phrases)]
        found = [*places, *(_query_suggestion(phrase, typed) for phrase in phrases)]
    return found


def _predictions(index: Index, query: Autocomplete, typed: list[str]) -> list[Prediction]:
    found: dict[int, Prediction] = {}
    for number in _candidates(index, query, typed):
        if len(found) == MAX_SUGGESTIONS:
            break
        place = index.place(number)
        if number not in found and _fits(place, query):
            found[number] = Prediction(_typed_name(place, typed, query.language_code), place)
    return list(found.values())


def _candidates(index: Index, query: Autocomplete, typed: list[str]) -> Iterator[int]:
    """Yield places within the area first; with a restriction only those."""
    patterns = _patterns(typed)
    expression = " AND ".join(f"name : {pattern}" for pattern in patterns)
    if types := _primary_types(query):
        expression += f" AND types : ({' OR '.join(types)})"
    area = query.location_restriction or query.location_bias
    if area is not None:
        inside = Area.of(area)
        hits = index.match(expression, MAX_CANDIDATES, inside)
        if isinstance(area, Circle):
            # A hundred metres weigh as much as one point of prominence.
            hits.sort(key=lambda hit: inside.distance(hit) / 100 - hit.prominence)
        yield from (hit.id for hit in hits)
    if query.location_restriction is None:
        if types:
            yield from (hit.id for hit in index.match(expression, MAX_CANDIDATES))
        else:
            yield from index.match_names(" AND ".join(patterns), MAX_CANDIDATES)


def _primary_types(query: Autocomplete) -> tuple[str, ...]:
    types = query.included_primary_types
    return TYPE_COLLECTIONS.get(types[0], types) if types else ()


def _patterns(typed: list[str]) -> list[str]:
    """Return FTS5 prefix patterns; a short word before the last is more likely complete than a prefix."""
    last = len(typed) - 1
    return [
        f'"{word}"*' if at == last or len(word) >= MIN_PREFIX else f'"{word}"'
        for at, word in enumerate(typed)
    ]


def _typed_name(place: dict[str, Any], typed: list[str], language: str | None) -> str:
    """Return the name to show: of those that match, the one in the requested language, or the first."""
    translations: dict[str, str] = place.get("names", {})
    preferred = [translations[code] for code in _codes(language) if code in translations]
    candidates: list[str] = [
        *preferred,
        place["displayName"]["text"],
        *translations.values(),
        *place.get("also", ()),
    ]
    return next((name for name in candidates if _matches_prefixes(name, typed)), candidates[0])


def _codes(language: str | None) -> tuple[str, ...]:
    return (language, re.split("[-_]", language)[0].lower()) if language else ()


def _matches_prefixes(name: str, typed: list[str]) -> bool:
    words = tokenize(name)
    return all(any(word.startswith(prefix) for word in words) for prefix in typed)


def _fits(place: dict[str, Any], query: Autocomplete) -> bool:
    if place.get("businessStatus") == "CLOSED_PERMANENTLY":
        return False
    types = _primary_types(query)
    if types and place.get("primaryType") not in types:
        return False
    region = place.get("postalAddress", {}).get("regionCode", "").lower()
    return not query.included_region_codes or region in {code.lower() for code in query.included_region_codes}


def _place_suggestion(prediction: Prediction, typed: list[str], query: Autocomplete) -> dict[str, Any]:
    place, name = prediction.place, prediction.name
    secondary = place.get("formattedAddress", "")
    main = {"text": name, "matches": _matches(name, typed)}
    found: dict[str, Any] = {
        "place": place["name"],
        "placeId": place["id"],
        "text": {**main, "text": f"{name}, {secondary}" if secondary else name},
        "structuredFormat": {
            "mainText": main,
            **({"secondaryText": {"text": secondary}} if secondary else {}),
        },
        "types": place["types"],
    }
    if query.origin is not None:
        to = place["location"]
        away = distance(query.origin.latitude, query.origin.longitude, to["latitude"], to["longitude"])
        found |= {"distanceMeters": round(away)} if round(away) else {}
    return {"placePrediction": found}


def _query_suggestion(phrase: str, typed: list[str]) -> dict[str, Any]:
    text = {"text": phrase, "matches": _matches(phrase, typed)}
    return {"queryPrediction": {"text": text, "structuredFormat": {"mainText": text}}}


def _matches(name: str, typed: list[str]) -> list[dict[str, int]]:
    """Return which parts of a name were typed; Google omits an offset of 0."""
    found: list[dict[str, int]] = []
    for word in UNFOLDED_WORD.finditer(name):
        folded = "".join(tokenize(word.group()))
        length = max((len(prefix) for prefix in typed if folded.startswith(prefix)), default=0)
        if length:
            whole = length >= len(folded)
            end = word.start() + (len(word.group()) if whole else _unfolded_length(word.group(), length))
            found.append({**({"startOffset": word.start()} if word.start() else {}), "endOffset": end})
    return found


def _unfolded_length(word: str, length: int) -> int:
    """Return how many letters of a word make the first `length` letters of its folded form."""
    return next(at for at in range(1, len(word) + 1) if len("".join(tokenize(word[:at]))) >= length)
