from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_core.convert import shape
from places_core.errors import InvalidRequest
from places_core.models import (
    AutocompleteResponse,
    FieldMask,
    Place,
    SearchNearbyResponse,
    SearchTextResponse,
)


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]
ROOTS = {
    SearchTextResponse: "GoogleMapsPlacesV1SearchTextResponse",
    SearchNearbyResponse: "GoogleMapsPlacesV1SearchNearbyResponse",
    Place: "GoogleMapsPlacesV1Place",
    AutocompleteResponse: "GoogleMapsPlacesV1AutocompletePlacesResponse",
}


def paths_of(schema: str, prefix: str = "") -> Iterator[str]:
    for name, field in SCHEMAS[schema]["properties"].items():
        yield f"{prefix}{name}"
        below = field.get("items", field).get("$ref")
        if below:
            yield from paths_of(below, f"{prefix}{name}.")


PATHS = {root: tuple(paths_of(schema)) for root, schema in ROOTS.items()}


@pytest.mark.parametrize("root", ROOTS)
def test_every_path_of_the_schema_is_valid(root: type) -> None:
    for path in PATHS[root]:
        assert path == str(FieldMask.parse(path, root))


def test_the_named_masks_of_a_text_search_ask_for_the_next_page_too() -> None:
    assert "nextPageToken,places.id" == str(FieldMask.parse("ids", SearchTextResponse))
    assert "places.id" == str(FieldMask.parse("ids", SearchNearbyResponse))
    assert "id" == str(FieldMask.parse("ids", Place))
    assert "suggestions.placePrediction.placeId" == str(FieldMask.parse("ids", AutocompleteResponse))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", ["ids", "basic", "contact", "full"])
def test_a_named_mask_means_the_same_as_its_text(name: str, root: type) -> None:
    mask = FieldMask.parse(name, root)

    assert mask == FieldMask.parse(str(mask), root)


def test_contact_includes_basic_and_basic_includes_ids() -> None:
    ids, basic, contact = (FieldMask.parse(name, Place).place_fields for name in ("ids", "basic", "contact"))

    assert {"id"} == ids
    assert ids < basic < contact
    assert {"displayName", "formattedAddress", "location", "attributions"} < basic
    assert {"rating", "websiteUri", "regularOpeningHours", "priceLevel"} < contact - basic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,id", "id"),
        ("rating,id", "id,rating"),
        ("displayName.text,displayName", "displayName"),
        ("photos.name,photos.authorAttributions.uri", "photos.authorAttributions.uri,photos.name"),
        ("display_name.language_code", "displayName.languageCode"),
        ("ev_charge_options.connector_aggregation.max_charge_rate_kw", None),
        ("id,*", "*"),
        ("movedPlace,movedPlaceId", "movedPlace,movedPlaceId"),
    ],
)
def test_a_mask_has_one_canonical_text(text: str, expected: str | None) -> None:
    expected = expected or "evChargeOptions.connectorAggregation.maxChargeRateKw"

    assert expected == str(FieldMask.parse(text, Place))


@pytest.mark.parametrize(
    ("text", "root", "message"),
    [
        ("places.displayNmae", SearchTextResponse, "Did you mean places.displayName?"),
        ("displayName", SearchTextResponse, "Did you mean places.displayName?"),
        ("photos.name", SearchNearbyResponse, "Did you mean places.photos.name?"),
        ("places.searchUri", SearchTextResponse, "Did you mean searchUri?"),
        ("places.rating", Place, "Did you mean rating?"),
        ("nextPageToken", SearchNearbyResponse, "places, routingSummaries"),
        ("id.value", Place, "id, which has no fields of its own"),
        ("displayName.txt", Place, "the fields of displayName: languageCode, text"),
        ("places.extra", SearchTextResponse, "the fields of places"),
        ("id, rating", Place, "without spaces"),
        ("", Place, "ids, basic, contact, full"),
        ("id,,rating", Place, "got 'id,,rating'"),
        ("id,", Place, "got 'id,'"),
        ("id.*", Place, "got 'id.*'"),
    ],
)
def test_a_wrong_path_is_told_with_what_is_right(text: str, root: type, message: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        FieldMask.parse(text, root)

    assert "fields" == raised.value.field
    assert message in str(raised.value)


def test_a_mask_covers_what_is_below_a_path_and_not_what_is_beside_it() -> None:
    mask = FieldMask.parse("places.displayName,places.photos.name", SearchTextResponse)

    assert mask.covers("places.displayName")
    assert mask.covers("places.display_name.text")
    assert mask.covers("places.photos.name")
    assert not mask.covers("places.photos")
    assert not mask.covers("places")
    assert FieldMask.parse("*", SearchTextResponse).covers("places.rating")


def test_the_fields_of_a_place_are_those_asked_for_in_part_too() -> None:
    every = frozenset(shape(Place))

    assert {"photos", "id"} == FieldMask.parse(
        "places.photos.name,places.id", SearchTextResponse
    ).place_fields
    assert set() == FieldMask.parse("nextPageToken", SearchTextResponse).place_fields
    assert every == FieldMask.parse("places", SearchNearbyResponse).place_fields
    assert every == FieldMask.parse("*", SearchTextResponse).place_fields
    assert every == FieldMask.parse("*", Place).place_fields
    assert set() == FieldMask.parse("*", AutocompleteResponse).place_fields


def test_projecting_keeps_what_is_asked_for() -> None:
    mask = FieldMask.parse("places.id,places.photos.name,places.location", SearchTextResponse)
    obj = {
        "places": [
            {"id": "a", "photos": [{"name": "p", "widthPx": 1}, {"widthPx": 2}], "rating": 4.5},
            {"location": {"latitude": 0.0}, "photos": []},
        ],
        "nextPageToken": "t",
    }
    expected = {
        "places": [
            {"id": "a", "photos": [{"name": "p"}, {}]},
            {"location": {"latitude": 0.0}, "photos": []},
        ]
    }

    assert expected == mask.project(obj)


def test_projecting_to_everything_gives_the_object_itself() -> None:
    obj = {"places": [{"id": "a", "newField": 1}]}

    assert FieldMask.parse("*", SearchTextResponse).project(obj) is obj


def test_projecting_an_empty_answer_leaves_it_empty() -> None:
    assert {} == FieldMask.parse("basic", SearchTextResponse).project({})


def test_masks_are_values() -> None:
    mask = FieldMask.parse("id,rating", Place)

    assert 1 == len({mask, FieldMask.parse("rating,id", Place)})
    with pytest.raises(AttributeError):
        mask.of = SearchTextResponse  # type: ignore[misc]


def leaves(obj: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(obj, list):
        for each in obj:
            yield from leaves(each, prefix)
    elif isinstance(obj, dict):
        for name, below in obj.items():
            yield from leaves(below, f"{prefix}.{name}" if prefix else name)
    else:
        yield prefix


def whole(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return whole(SCHEMAS[schema["$ref"]])
    if schema["type"] == "object":
        return {name: whole(field) for name, field in schema["properties"].items()}
    return [whole(schema["items"])] if schema["type"] == "array" else "value"


@given(st.data())
@pytest.mark.parametrize("root", ROOTS)
def test_a_projection_holds_exactly_what_its_mask_covers(root: type, data: st.DataObject) -> None:
    obj = whole({"$ref": ROOTS[root]})
    asked = data.draw(st.lists(st.sampled_from(PATHS[root]), min_size=1, max_size=6))
    mask = FieldMask.parse(",".join(asked), root)
    expected = {leaf for leaf in leaves(obj) if mask.covers(leaf)}

    assert expected == set(leaves(mask.project(obj)))
    assert expected == {
        leaf for leaf in leaves(obj) if any(f"{leaf}.".startswith(f"{path}.") for path in asked)
    }


@pytest.mark.parametrize(("given", "meant"), [("bsic", "basic"), ("conatct", "contact"), ("Full", "full")])
def test_a_misspelt_name_of_a_mask_is_recognised(given: str, meant: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        FieldMask.parse(given, SearchTextResponse)

    assert (("fields", given, meant),) == tuple(
        (fault.field, fault.given, fault.nearest) for fault in refused.value.faults
    )
