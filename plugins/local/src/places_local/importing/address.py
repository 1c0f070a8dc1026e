"""From `addr:*` tags to the three forms in which Google writes an address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..data import table_rows


NUMBER_FIRST = frozenset("AU CA FR GB HK IE IN LU MC MY NZ PH SG TH US ZA".split())
POSTCODE_LAST = frozenset("AU CA GB IE IN NZ PH SG TH US ZA".split())


def address_of(tags: Mapping[str, str]) -> dict[str, Any]:
    """Return `formattedAddress`, `addressComponents` and `postalAddress`, as far as the tags go."""
    street, number = tags.get("addr:street") or tags.get("addr:place"), tags.get("addr:housenumber")
    city = tags.get("addr:city", "")
    city = city if any(map(str.isalpha, city)) else ""
    postcode = tags.get("addr:postcode") or tags.get("postal_code") or ""
    code = tags.get("addr:country", "").upper()
    country = _countries().get(code)
    if not street and not (city and postcode):
        return {}
    line = _street_line(street, number, code)
    town = " ".join(filter(None, (city, postcode) if code in POSTCODE_LAST else (postcode, city)))
    parts = {"street_number": number, "route": street, "postal_code": postcode, "locality": city}
    found: dict[str, Any] = {
        "formattedAddress": ", ".join(filter(None, (line, town, country))),
        "addressComponents": [_component(kind, text) for kind, text in parts.items() if text],
    }
    if country:
        found["addressComponents"].append(
            {"longText": country, "shortText": code, "types": ["country", "political"]}
        )
        postal = {
            "regionCode": code,
            "postalCode": postcode,
            "locality": city,
            "addressLines": [line] if line else [],
        }
        found["postalAddress"] = {name: value for name, value in postal.items() if value}
    return found


def _street_line(street: str | None, number: str | None, code: str) -> str:
    parts = (number, street) if code in NUMBER_FIRST else (street, number)
    return " ".join(filter(None, parts)) if street else ""


def _component(kind: str, text: str) -> dict[str, Any]:
    types = ["locality", "political"] if kind == "locality" else [kind]
    return {"longText": text, "shortText": text, "types": types}


@cache
def _countries() -> dict[str, str]:
    return dict(table_rows("countries.tsv"))
