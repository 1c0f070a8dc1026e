"""An answer as Google sends it: twenty places with nearly all their fields, 80 KB."""

from __future__ import annotations

from typing import Any

import orjson


CONTACT = (
    "id displayName formattedAddress location primaryType types businessStatus nationalPhoneNumber "
    "websiteUri regularOpeningHours rating userRatingCount"
).split()
_LONG = (
    "The coffee is good, the staff is friendly, and there is a table at the window for those who come early. "
)


def place(number: int) -> dict[str, Any]:
    own_id = f"ChIJ{number:023}"
    text = {"text": f"Café number {number}, corner of Main Street", "languageCode": "en"}
    address = f"{number} Main Street, 00100 Helsinki, Finland"
    return {
        "name": f"places/{own_id}",
        "id": own_id,
        "types": ["coffee_shop", "cafe", "bakery", "store", "food", "point_of_interest", "establishment"],
        "nationalPhoneNumber": f"09 123 {number:04}",
        "internationalPhoneNumber": f"+358 9 123 {number:04}",
        "formattedAddress": address,
        "shortFormattedAddress": f"{number} Main Street",
        "adrFormatAddress": f'<span class="street-address">{address}</span>',
        "addressComponents": [
            {"longText": value, "shortText": value, "types": [kind], "languageCode": "en"}
            for value, kind in (
                (str(number), "street_number"),
                ("Main Street", "route"),
                ("Finland", "country"),
            )
        ],
        "plusCode": {"globalCode": f"9GG65W9Q+{number:02}", "compoundCode": f"5W9Q+{number:02} Helsinki"},
        "location": {"latitude": 60.1 + number / 1000, "longitude": 24.9 + number / 1000},
        "viewport": {
            "low": {"latitude": 60.1 + number / 1000, "longitude": 24.9 + number / 1000},
            "high": {"latitude": 60.2 + number / 1000, "longitude": 25.0 + number / 1000},
        },
        "rating": 4.4,
        "userRatingCount": 120 + number,
        "googleMapsUri": f"https://maps.google.com/?cid={10**18 + number}",
        "websiteUri": f"https://cafe-{number}.example.com/",
        "regularOpeningHours": _hours(),
        "utcOffsetMinutes": 120,
        "businessStatus": "OPERATIONAL",
        "priceLevel": "PRICE_LEVEL_MODERATE",
        "displayName": text,
        "primaryType": "coffee_shop",
        "primaryTypeDisplayName": {"text": "Coffee Shop", "languageCode": "en"},
        "reviews": [_review(own_id, index) for index in range(1)],
        "photos": [_photo(own_id, index) for index in range(2)],
        "takeout": True,
        "delivery": False,
        "dineIn": True,
        "servesCoffee": True,
        "paymentOptions": {"acceptsCreditCards": True, "acceptsNfc": True},
        "accessibilityOptions": {"wheelchairAccessibleEntrance": True},
        "timeZone": {"id": "Europe/Helsinki"},
        "editorialSummary": {"text": _LONG, "languageCode": "en"},
    }


def _hours() -> dict[str, Any]:
    points = [{"day": day, "hour": 8, "minute": 0} for day in range(7)]
    return {
        "openNow": True,
        "periods": [{"open": point, "close": {**point, "hour": 18}} for point in points],
        "weekdayDescriptions": [
            f"{name}day: 8:00 AM – 6:00 PM" for name in "Mon Tues Wednes Thurs Fri".split()
        ],
    }


def _author(number: int) -> dict[str, str]:
    uri = f"https://www.google.com/maps/contrib/{10**20 + number}"
    return {
        "displayName": f"Anna {number}",
        "uri": uri,
        "photoUri": f"https://lh3.example.com/a/{number}=s100",
    }


def _review(own_id: str, index: int) -> dict[str, Any]:
    words = {"text": _LONG * 2, "languageCode": "en"}
    return {
        "name": f"places/{own_id}/reviews/R{index}",
        "relativePublishTimeDescription": "2 months ago",
        "rating": 5,
        "text": words,
        "originalText": words,
        "authorAttribution": _author(index),
        "publishTime": "2026-09-01T12:00:00Z",
    }


def _photo(own_id: str, index: int) -> dict[str, Any]:
    return {
        "name": f"places/{own_id}/photos/AUc7tXWx{index:060}",
        "widthPx": 4000,
        "heightPx": 3000,
        "authorAttributions": [_author(index)],
    }


def full_answer(count: int = 20) -> bytes:
    """Return the answer to a text search for all fields."""
    return orjson.dumps({"places": [place(number) for number in range(count)]})


def contact_answer(count: int = 20) -> bytes:
    """Return the same places with the twelve fields of `contact`."""
    whole = [place(number) for number in range(count)]
    return orjson.dumps({"places": [{name: each[name] for name in CONTACT} for each in whole]})
