from __future__ import annotations

from typing import Any

import pytest

from places_core.convert import from_json, shape, to_json
from places_core.models import Place
from places_core.models.place_types import TABLE_A, TABLE_B
from places_local.data import table_rows
from places_local.embedded import elements
from places_local.importing.element import Element
from places_local.importing.extract import KEPT_KEYS
from places_local.importing.place import place_json
from places_local.importing.place_types import types_of
from places_local.index.codec import ATTRIBUTION, complete
from places_local.index.schema import PLACE_ID


TELLING_NOTHING = {"point_of_interest", "establishment"}


def _place(**tags: str) -> dict[str, Any]:
    return complete(
        place_json(Element("n", 1, 60.17, 24.94, {key.replace("__", ":"): tag for key, tag in tags.items()}))
    )


def test_a_place_has_what_its_tags_say() -> None:
    place = _place(
        name="Kahvila",
        name__fi="Kahvila",
        name__en="The Café",
        amenity="cafe",
        addr__street="Kaivokatu",
        addr__housenumber="2",
        addr__postcode="00100",
        addr__city="Helsinki",
        addr__country="FI",
        phone="+358 (0)9-123 456; +358 9 7",
        website="www.kahvila.fi",
        wheelchair="yes",
        takeaway="yes",
        dog="leashed",
        diet__vegan="yes",
        payment__visa="yes",
    )

    assert {
        "id": "osm-n1",
        "name": "places/osm-n1",
        "displayName": {"text": "Kahvila", "languageCode": "fi"},
        "types": ["cafe", "food", "point_of_interest", "establishment"],
        "primaryType": "cafe",
        "primaryTypeDisplayName": {"text": "Cafe", "languageCode": "en"},
        "location": {"latitude": 60.17, "longitude": 24.94},
        "formattedAddress": "Kaivokatu 2, 00100 Helsinki, Finland",
        "addressComponents": [
            {"longText": "2", "shortText": "2", "types": ["street_number"]},
            {"longText": "Kaivokatu", "shortText": "Kaivokatu", "types": ["route"]},
            {"longText": "00100", "shortText": "00100", "types": ["postal_code"]},
            {"longText": "Helsinki", "shortText": "Helsinki", "types": ["locality", "political"]},
            {"longText": "Finland", "shortText": "FI", "types": ["country", "political"]},
        ],
        "postalAddress": {
            "regionCode": "FI",
            "postalCode": "00100",
            "locality": "Helsinki",
            "addressLines": ["Kaivokatu 2"],
        },
        "internationalPhoneNumber": "+358 9 123 456",
        "websiteUri": "http://www.kahvila.fi",
        "accessibilityOptions": {"wheelchairAccessibleEntrance": True},
        "takeout": True,
        "allowsDogs": True,
        "servesVegetarianFood": True,
        "paymentOptions": {"acceptsCreditCards": True},
        "attributions": [{"provider": ATTRIBUTION, "providerUri": "https://www.openstreetmap.org/copyright"}],
    } == place


def test_what_the_tags_do_not_say_is_left_out() -> None:
    place = _place(
        name="Kahvila", amenity="cafe", wheelchair="limited", opening_hours="by appointment", phone="call us"
    )

    known = {
        "id",
        "name",
        "displayName",
        "types",
        "primaryType",
        "primaryTypeDisplayName",
        "location",
        "attributions",
    }
    assert known == place.keys()
    assert {"text": "Kahvila"} == place["displayName"]


def test_no_is_an_answer_too() -> None:
    place = _place(
        name="Kahvila", amenity="cafe", wheelchair="no", takeaway="no", dog="no", diet__vegetarian="no"
    )

    assert {"wheelchairAccessibleEntrance": False} == place["accessibilityOptions"]
    assert [False] * 3 == [place["takeout"], place["allowsDogs"], place["servesVegetarianFood"]]


@pytest.mark.parametrize("key", ["disused:amenity", "was:amenity", "abandoned:amenity"])
def test_what_closed_is_said_to_be_closed(key: str) -> None:
    place = _place(**{"name": "Mbar", key: "bar", "opening_hours": "24/7"})

    assert "CLOSED_PERMANENTLY" == place["businessStatus"]
    assert "bar" == place["primaryType"]
    assert "regularOpeningHours" not in place


def test_what_moved_in_after_something_closed_is_not_closed() -> None:
    place = _place(name="Mbar", was__amenity="bar", shop="books")

    assert "businessStatus" not in place
    assert "book_store" == place["primaryType"]


@pytest.mark.parametrize(
    ("country", "address"),
    [
        ("FI", "Broadway 1, 10001 Town, Finland"),
        ("US", "1 Broadway, Town 10001, United States"),
        ("FR", "1 Broadway, 10001 Town, France"),
    ],
)
def test_addresses_are_written_as_in_their_country(country: str, address: str) -> None:
    tags = {
        "addr__street": "Broadway",
        "addr__housenumber": "1",
        "addr__postcode": "10001",
        "addr__city": "Town",
    }

    assert address == _place(name="x", amenity="cafe", addr__country=country, **tags)["formattedAddress"]


@pytest.mark.parametrize(
    ("tags", "types"),
    [
        (
            {"amenity": "restaurant", "cuisine": "sushi"},
            ["sushi_restaurant", "restaurant", "asian_restaurant"],
        ),
        ({"amenity": "restaurant", "cuisine": "pizza;kebab"}, ["kebab_shop", "pizza_restaurant"]),
        ({"amenity": "restaurant", "cuisine": "unheard_of"}, ["restaurant"]),
        ({"shop": "unheard_of"}, ["store"]),
        ({"shop": "no", "amenity": "bank"}, ["bank", "finance"]),
        ({"tourism": "museum", "building": "yes"}, ["museum"]),
        ({"tourism": "museum", "museum": "art"}, ["art_museum", "museum"]),
        (
            {"amenity": "place_of_worship", "religion": "christian", "tourism": "attraction"},
            ["church", "tourist_attraction"],
        ),
        ({"shop": "clothes", "clothes": "women;men"}, ["clothing_store", "womens_clothing_store"]),
        ({"shop": "clothes", "clothes": "women"}, ["womens_clothing_store"]),
        ({"railway": "station", "station": "subway"}, ["subway_station", "transit_station"]),
    ],
)
def test_tags_have_types(tags: dict[str, str], types: list[str]) -> None:
    found = types_of(tags)

    assert types[0] == found[0]
    assert set(types) <= set(found)
    assert "unheard_of" not in found


def test_the_table_speaks_googles_language() -> None:
    named = {
        name
        for table in ("types.tsv", "kinds.tsv")
        for _, names in table_rows(table)
        for name in names.split()
    }
    kinds = {name for name, _ in table_rows("kinds.tsv")}
    spoken = {name for names, _ in table_rows("synonyms.tsv") for name in names.split()}

    assert set() == {name for name in named | kinds | spoken if "*" not in name} - TABLE_A - TABLE_B


def test_a_line_of_the_table_is_there_once() -> None:
    conditions = [condition for condition, _ in table_rows("types.tsv")]

    assert len(set(conditions)) == len(conditions)
    assert 200 <= len(conditions)


def test_nearly_all_named_places_of_helsinki_have_a_type() -> None:
    known = [set(place_json(element)["types"]) - TELLING_NOTHING for element in elements()]

    assert 1_465 <= len(known)
    assert 0.98 <= sum(map(bool, known)) / len(known)


def test_every_place_of_helsinki_fits_the_model_without_loss() -> None:
    fields = shape(Place)
    for element in elements():
        place = complete(place_json(element))
        assert place.keys() <= fields.keys()
        assert place == to_json(from_json(Place, place))
        assert PLACE_ID.fullmatch(place["id"])


def test_every_tag_that_the_table_looks_at_is_kept_from_the_source() -> None:
    keys = {pair.split("=")[0] for condition, _ in table_rows("types.tsv") for pair in condition.split(" ")}

    assert set() == {key for key in keys if not KEPT_KEYS.fullmatch(key)}
