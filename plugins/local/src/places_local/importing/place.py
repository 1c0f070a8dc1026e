"""From an OpenStreetMap element to a place in Google's JSON; what the tags do not say is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .address import address_of
from .element import Element, current_or_former_types, is_closed
from .opening_hours import regular_hours
from .place_types import GENERIC


YES_NO = {"yes": True, "only": True, "no": False}
TRAITS = {
    "takeout": ("takeaway", YES_NO),
    "delivery": ("delivery", YES_NO),
    "dineIn": ("takeaway", {"only": False}),
    "outdoorSeating": ("outdoor_seating", YES_NO),
    "allowsDogs": ("dog", {**YES_NO, "leashed": True}),
    "reservable": ("reservation", {"yes": True, "recommended": True, "required": True, "no": False}),
    "restroom": ("toilets", YES_NO),
    "liveMusic": ("live_music", YES_NO),
    "servesBreakfast": ("breakfast", YES_NO),
    "servesLunch": ("lunch", YES_NO),
    "servesBrunch": ("brunch", YES_NO),
    "servesBeer": ("drink:beer", YES_NO),
    "servesWine": ("drink:wine", YES_NO),
    "servesCocktails": ("cocktails", YES_NO),
}
FUELS = {
    "fuel:diesel": "DIESEL",
    "fuel:octane_95": "SP95",
    "fuel:octane_98": "SP98",
    "fuel:e10": "SP95_E10",
    "fuel:e85": "E85",
    "fuel:lpg": "LPG",
    "fuel:biodiesel": "BIO_DIESEL",
}


def place_json(element: Element) -> dict[str, Any]:
    """Return the place as Google would describe it, without the fields that `codec.complete` adds."""
    tags = element.tags
    types = current_or_former_types(tags)
    place: dict[str, Any] = {
        "id": f"osm-{element.kind}{element.number}",
        "displayName": _display_name(tags),
        "types": list(types),
        "location": _point(element.latitude, element.longitude),
        **address_of(tags),
        **_contact(tags),
        **_traits(tags),
    }
    if types and types[0] != GENERIC:
        place["primaryType"] = types[0]
    if element.box:
        south, west, north, east = element.box
        place["viewport"] = {"low": _point(south, west), "high": _point(north, east)}
    if is_closed(tags):
        place["businessStatus"] = "CLOSED_PERMANENTLY"
    elif hours := regular_hours(tags.get("opening_hours", "")):
        place["regularOpeningHours"] = hours
    return place


def names_of(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each name of a place, the main one first, with its language or an empty string."""
    seen = set()
    for key in sorted(tags, key=_name_rank):
        base, _, language = key.partition(":")
        if base in NAME_KEYS:
            for name in filter(None, map(str.strip, tags[key].split(";"))):
                if (name, language) not in seen:
                    seen.add((name, language))
                    yield name, language if base == "name" else ""


NAME_KEYS = ("name", "short_name", "official_name", "alt_name", "int_name", "loc_name", "old_name", "brand")


def _name_rank(key: str) -> tuple[int, str]:
    base = key.partition(":")[0]
    return (NAME_KEYS.index(base) if base in NAME_KEYS else len(NAME_KEYS), key)


def _display_name(tags: Mapping[str, str]) -> dict[str, str]:
    name = tags["name"]
    languages = [
        key.removeprefix("name:") for key, text in tags.items() if key.startswith("name:") and text == name
    ]
    return {"text": name, "languageCode": languages[0]} if len(languages) == 1 else {"text": name}


def _point(latitude: float, longitude: float) -> dict[str, float]:
    return {"latitude": latitude, "longitude": longitude}


def _contact(tags: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    phone = (tags.get("phone") or tags.get("contact:phone") or "").partition(";")[0]
    # "+358 (0)9 123" and "+358-9-123" are both written for +358 9 123.
    digits = re.sub(r"\(0\)|[()/.]", "", phone).replace("-", " ")
    number = re.sub(r"\s+", " ", digits).replace("+ ", "+").strip()
    if re.fullmatch(r"\+[1-9][0-9 ]{5,}", number):
        found["internationalPhoneNumber"] = number
    elif re.fullmatch(r"[0-9][0-9 ]{4,}", number):
        found["nationalPhoneNumber"] = number
    site = (
        (tags.get("website") or tags.get("contact:website") or tags.get("url") or "")
        .partition(";")[0]
        .strip()
    )
    site = site if "://" in site else f"http://{site}"
    if re.fullmatch(r"https?://[^\s/.]+\.[^\s]+", site):
        found["websiteUri"] = site
    return found


def _traits(tags: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: values[tags[key]] for name, (key, values) in TRAITS.items() if tags.get(key) in values
    }
    vegetarian = {"yes", "only"} & {tags.get("diet:vegetarian"), tags.get("diet:vegan")}
    if vegetarian or tags.get("diet:vegetarian") == "no":
        found["servesVegetarianFood"] = bool(vegetarian)
    groups = {
        "accessibilityOptions": {
            "wheelchairAccessibleEntrance": YES_NO.get(tags.get("wheelchair", "")),
            "wheelchairAccessibleRestroom": YES_NO.get(tags.get("toilets:wheelchair", "")),
        },
        "paymentOptions": _payment(tags),
    }
    for group, members in groups.items():
        if known := {name: value for name, value in members.items() if value is not None}:
            found[group] = known
    if fuels := [{"type": fuel} for key, fuel in FUELS.items() if tags.get(key) == "yes"]:
        found["fuelOptions"] = {"fuelPrices": fuels}
    return found


def _payment(tags: Mapping[str, str]) -> dict[str, bool | None]:
    cards = [
        tags.get(f"payment:{card}") for card in ("credit_cards", "visa", "mastercard", "american_express")
    ]
    return {
        "acceptsCreditCards": True if "yes" in cards else YES_NO.get(cards[0] or ""),
        "acceptsDebitCards": YES_NO.get(tags.get("payment:debit_cards", "")),
        "acceptsCashOnly": True if tags.get("payment:cash") == "only" else None,
        "acceptsNfc": YES_NO.get(tags.get("payment:contactless", "")),
    }
