from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_core.convert.schema import shape
from places_core.errors import InvalidRequest
from places_core.models import Place
from places_core.models.field_mask import FieldMask


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]
ROOTS = {
    "search_text": "GoogleMapsPlacesV1SearchTextResponse",
    "search_nearby": "GoogleMapsPlacesV1SearchNearbyResponse",
    "details": "GoogleMapsPlacesV1Place",
    "autocomplete": "GoogleMapsPlacesV1AutocompletePlacesResponse",
}


def paths_of(schema: str, prefix: str = "") -> Iterator[str]:
    for name, field in SCHEMAS[schema]["properties"].items():
        yield f"{prefix}{name}"
        below = field.get("items", field).get("$ref")
        if below:
            yield from paths_of(below, f"{prefix}{name}.")


PATHS = {root: tuple(paths_of(schema)) for root, schema in ROOTS.items()}


@pytest.mark.parametrize("root", ROOTS)
def test_every_path_of_the_schema_is_valid(root: str) -> None:
    for path in PATHS[root]:
        assert path == str(FieldMask.parse(path, root))


def test_the_named_masks_of_a_text_search_ask_for_the_next_page_too() -> None:
    assert "nextPageToken,places.id" == str(FieldMask.parse("ids", "search_text"))
    assert "places.id" == str(FieldMask.parse("ids", "search_nearby"))
    assert "id" == str(FieldMask.parse("ids", "details"))
    assert "suggestions.placePrediction.placeId" == str(FieldMask.parse("ids", "autocomplete"))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", ["ids", "basic", "contact", "full"])
def test_a_named_mask_means_the_same_as_its_text(name: str, root: str) -> None:
    mask = FieldMask.parse(name, root)

    assert mask == FieldMask.parse(str(mask), root)


def test_contact_includes_basic_and_basic_includes_ids() -> None:
    ids, basic, contact = (
        FieldMask.parse(name, "details").place_fields for name in ("ids", "basic", "contact")
    )

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

    assert expected == str(FieldMask.parse(text, "details"))


@pytest.mark.parametrize(
    ("text", "root", "message"),
    [
        ("places.displayNmae", "search_text", "Did you mean places.displayName?"),
        ("displayName", "search_text", "Did you mean places.displayName?"),
        ("photos.name", "search_nearby", "Did you mean places.photos.name?"),
        ("places.searchUri", "search_text", "Did you mean searchUri?"),
        ("places.rating", "details", "Did you mean rating?"),
        ("nextPageToken", "search_nearby", "places, routingSummaries"),
        ("id.value", "details", "id, which has no fields of its own"),
        ("displayName.txt", "details", "the fields of displayName: languageCode, text"),
        ("places.extra", "search_text", "the fields of places"),
        ("id, rating", "details", "without spaces"),
        ("", "details", "ids, basic, contact, full"),
        ("id,,rating", "details", "got 'id,,rating'"),
        ("id,", "details", "got 'id,'"),
        ("id.*", "details", "got 'id.*'"),
    ],
)
def test_a_wrong_path_is_told_with_what_is_right(text: str, root: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        FieldMask.parse(text, root)

    assert "fields" == raised.value.field
    assert message in str(raised.value)


def test_a_mask_covers_what_is_below_a_path_and_not_what_is_beside_it() -> None:
    mask = FieldMask.parse("places.displayName,places.photos.name", "search_text")

    assert mask.covers("places.displayName")
    assert mask.covers("places.display_name.text")
    assert mask.covers("places.photos.name")
    assert not mask.covers("places.photos")
    assert not mask.covers("places")
    assert FieldMask.parse("*", "search_text").covers("places.rating")


def test_the_fields_of_a_place_are_those_asked_for_in_part_too() -> None:
    every = frozenset(shape(Place))

    assert {"photos", "id"} == FieldMask.parse("places.photos.name,places.id", "search_text").place_fields
    assert set() == FieldMask.parse("nextPageToken", "search_text").place_fields
    assert every == FieldMask.parse("places", "search_nearby").place_fields
    assert every == FieldMask.parse("*", "search_text").place_fields
    assert every == FieldMask.parse("*", "details").place_fields
    assert set() == FieldMask.parse("*", "autocomplete").place_fields


def test_projecting_keeps_what_is_asked_for() -> None:
    mask = FieldMask.parse("places.id,places.photos.name,places.location", "search_text")
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

    assert FieldMask.parse("*", "search_text").project(obj) is obj


def test_projecting_an_empty_answer_leaves_it_empty() -> None:
    assert {} == FieldMask.parse("basic", "search_text").project({})


def test_masks_are_values() -> None:
    mask = FieldMask.parse("id,rating", "details")

    assert 1 == len({mask, FieldMask.parse("rating,id", "details")})
    with pytest.raises(AttributeError):
        mask.root = "search_text"  # type: ignore[misc]


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
def test_a_projection_holds_exactly_what_its_mask_covers(root: str, data: st.DataObject) -> None:
    obj = whole({"$ref": ROOTS[root]})
    asked = data.draw(st.lists(st.sampled_from(PATHS[root]), min_size=1, max_size=6))
    mask = FieldMask.parse(",".join(asked), root)
    expected = {leaf for leaf in leaves(obj) if mask.covers(leaf)}

    assert expected == set(leaves(mask.project(obj)))
    assert expected == {
        leaf for leaf in leaves(obj) if any(f"{leaf}.".startswith(f"{path}.") for path in asked)
    }
