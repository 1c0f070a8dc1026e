"""What somebody who is typing may be looking for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from places_core.models import Autocomplete, Circle

from ..index.geometry import Area, metres
from ..index.normalize import APOSTROPHE, WORD, words
from ..index.reader import Index
from .parser import phrases_starting


MOST = 5
CANDIDATES = 60
BEGUN = 3
WRITTEN = re.compile(rf"{WORD.pattern}(?:{APOSTROPHE}{WORD.pattern})*")
GROUPS = {
    "(cities)": ("locality",),
    "(regions)": ("locality", "sublocality", "neighborhood"),
}


@frozen
class Prediction:
    """A place, and the one of its names that was being typed."""

    name: str
    place: dict[str, Any]


def suggestions(index: Index, query: Autocomplete) -> list[dict[str, Any]]:
    """At most five suggestions in Google's JSON: places, and behind them searches if asked for."""
    typed = words(query.input[: query.input_offset] if query.input_offset is not None else query.input)
    if not typed:
        return []
    found = [_place_suggestion(prediction, typed, query) for prediction in _predictions(index, query, typed)]
    if query.include_query_predictions and not query.included_region_codes:
        phrases = phrases_starting(query.input)[: max(1, MOST - len(found))]
        found = [*found[: MOST - len(phrases)], *(_query_suggestion(phrase, typed) for phrase in phrases)]
    return found


def _predictions(index: Index, query: Autocomplete, typed: list[str]) -> list[Prediction]:
    found: dict[int, Prediction] = {}
    for number in _candidates(index, query, typed):
        if len(found) == MOST:
            break
        place = index.place(number)
        if number not in found and _fits(place, query):
            found[number] = Prediction(_name_typed(place, typed, query.language_code), place)
    return list(found.values())


def _candidates(index: Index, query: Autocomplete, typed: list[str]) -> Iterator[int]:
    """Places within the area first; with a restriction only those."""
    expression = " AND ".join(f"name : {word}" for word in _begun(typed))
    if kinds := _kinds(query):
        expression += f" AND types : ({' OR '.join(kinds)})"
    area = query.location_restriction or query.location_bias
    if area is not None:
        inside = Area.of(area)
        spots = index.matching(expression, CANDIDATES, inside)
        if isinstance(area, Circle):
            # Hundred metres weigh as much as a point of prominence.
            spots.sort(key=lambda spot: inside.distance(spot) / 100 - spot.prominence)
        yield from (spot.id for spot in spots)
    if query.location_restriction is None:
        if kinds:
            yield from (spot.id for spot in index.matching(expression, CANDIDATES))
        else:
            yield from index.names_like(" AND ".join(_begun(typed)), CANDIDATES)


def _kinds(query: Autocomplete) -> tuple[str, ...]:
    kinds = query.included_primary_types
    return GROUPS.get(kinds[0], kinds) if kinds else ()


def _begun(typed: list[str]) -> list[str]:
    """The words for FTS5; a short word in front is more likely whole than begun."""
    last = len(typed) - 1
    return [
        f'"{word}"*' if at == last or len(word) >= BEGUN else f'"{word}"' for at, word in enumerate(typed)
    ]


def _name_typed(place: dict[str, Any], typed: list[str], language: str | None) -> str:
    """The name to show: of those that fit what was typed the one in the language asked for, or the first."""
    others: dict[str, str] = place.get("names", {})
    preferred = [others[code] for code in _codes(language) if code in others]
    candidates: list[str] = [
        *preferred,
        place["displayName"]["text"],
        *others.values(),
        *place.get("also", ()),
    ]
    return next((name for name in candidates if _begins(name, typed)), candidates[0])


def _codes(language: str | None) -> tuple[str, ...]:
    return (language, re.split("[-_]", language)[0].lower()) if language else ()


def _begins(name: str, typed: list[str]) -> bool:
    own = words(name)
    return all(any(word.startswith(part) for word in own) for part in typed)


def _fits(place: dict[str, Any], query: Autocomplete) -> bool:
    if place.get("businessStatus") == "CLOSED_PERMANENTLY":
        return False
    kinds = _kinds(query)
    if kinds and place.get("primaryType") not in kinds:
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
        spot = place["location"]
        away = metres(query.origin.latitude, query.origin.longitude, spot["latitude"], spot["longitude"])
        found |= {"distanceMeters": round(away)} if round(away) else {}
    return {"placePrediction": found}


def _query_suggestion(phrase: str, typed: list[str]) -> dict[str, Any]:
    text = {"text": phrase, "matches": _matches(phrase, typed)}
    return {"queryPrediction": {"text": text, "structuredFormat": {"mainText": text}}}


def _matches(name: str, typed: list[str]) -> list[dict[str, int]]:
    """The parts of a name that were typed; an offset of 0 is left out, as Google does."""
    found: list[dict[str, int]] = []
    for word in WRITTEN.finditer(name):
        plain = "".join(words(word.group()))
        part = max((len(part) for part in typed if plain.startswith(part)), default=0)
        if part:
            end = word.start() + (len(word.group()) if part >= len(plain) else _letters(word.group(), part))
            found.append({**({"startOffset": word.start()} if word.start() else {}), "endOffset": end})
    return found


def _letters(word: str, part: int) -> int:
    """How many letters of a word make `part` letters of its folded form."""
    return next(at for at in range(1, len(word) + 1) if len("".join(words(word[:at]))) >= part)
