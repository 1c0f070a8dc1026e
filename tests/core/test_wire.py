from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_core.convert import dumps, from_json, loads, to_json
from places_core.errors import BadAnswer
from places_core.models import (
    AutocompleteResponse,
    BusinessStatus,
    Circle,
    EVOptions,
    LatLng,
    Message,
    Money,
    PhotoMediaResponse,
    Place,
    RoutingParameters,
    SearchNearbyResponse,
    SearchTextResponse,
    Viewport,
)


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]
ROOTS: dict[type[Message], str] = {
    AutocompleteResponse: "GoogleMapsPlacesV1AutocompletePlacesResponse",
    Circle: "GoogleMapsPlacesV1Circle",
    EVOptions: "GoogleMapsPlacesV1SearchTextRequestEVOptions",
    PhotoMediaResponse: "GoogleMapsPlacesV1PhotoMedia",
    Place: "GoogleMapsPlacesV1Place",
    RoutingParameters: "GoogleMapsPlacesV1RoutingParameters",
    SearchNearbyResponse: "GoogleMapsPlacesV1SearchNearbyResponse",
    SearchTextResponse: "GoogleMapsPlacesV1SearchTextResponse",
    Viewport: "GoogleGeoTypeViewport",
}

text = st.text('aZ0_é中😀"\\\n ', max_size=5)
anything = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | text
    | st.lists(text, max_size=2)
    | st.dictionaries(text, st.none() | st.integers(0, 9), max_size=2)
)
scalars: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
    "string": text,
}


@st.composite
def json_of(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """Whatever a schema allows, with now and then a field or an enumerated value that is newer than it."""
    if "$ref" in schema:
        return draw(json_of(SCHEMAS[schema["$ref"]]))
    kind = schema["type"]
    if kind == "array":
        return draw(st.lists(json_of(schema["items"]), max_size=2))
    if "enum" in schema:
        return draw(st.sampled_from([*schema["enum"], "NEWER_THAN_THIS"]))
    if schema.get("format") == "int64":
        return str(draw(st.integers(-(2**63), 2**63 - 1)))
    return draw(objects(schema) if kind == "object" else scalars[kind])


@st.composite
def objects(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    fields = schema["properties"]
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=4, unique=True))
    if "latitude" in fields:
        chosen = ["latitude", "longitude"]
    unknown = draw(st.dictionaries(st.sampled_from(["extra", "name_", "newField"]), anything, max_size=1))
    return {**{name: draw(json_of(fields[name])) for name in chosen}, **unknown}


@given(st.data())
@pytest.mark.parametrize("cls", ROOTS, ids=lambda cls: cls.__name__)
def test_what_is_read_is_written_back_without_loss(cls: type[Message], data: st.DataObject) -> None:
    obj = data.draw(json_of({"$ref": ROOTS[cls]}))
    message = from_json(cls, obj)

    assert obj == to_json(message)
    assert message == from_json(cls, loads(dumps(to_json(message))))


def everything(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return everything(SCHEMAS[schema["$ref"]])
    if schema["type"] == "object":
        return {name: everything(each) for name, each in schema["properties"].items()}
    if schema["type"] == "array":
        return [everything(schema["items"])]
    if "enum" in schema:
        return schema["enum"][-1]
    return {"boolean": False, "integer": 0, "number": 0.0, "string": "0"}[schema["type"]]


@pytest.mark.parametrize("cls", ROOTS, ids=lambda cls: cls.__name__)
def test_an_object_with_every_field_survives_and_nothing_of_it_is_unknown(cls: type[Message]) -> None:
    obj = everything({"$ref": ROOTS[cls]})
    message = from_json(cls, obj)

    assert obj == to_json(message)
    assert "extra" not in repr(message)


def test_a_missing_coordinate_is_zero_and_is_written() -> None:
    place = from_json(Place, {"location": {"longitude": 10.5}})

    assert LatLng(0.0, 10.5) == place.location
    assert {"location": {"latitude": 0.0, "longitude": 10.5}} == to_json(place)
    assert {"latitude": 0.0, "longitude": 0.0} == to_json(from_json(LatLng, {}))


def test_a_coordinate_that_is_null_is_zero_too() -> None:
    assert LatLng(0.0, 1.0) == from_json(LatLng, {"latitude": None, "longitude": 1.0})


def test_false_zero_and_empty_are_values() -> None:
    obj = {"takeout": False, "userRatingCount": 0, "websiteUri": "", "types": [], "priceRange": {}}
    place = from_json(Place, obj)

    assert place.takeout is False
    assert () == place.types
    assert place.delivery is None
    assert obj == to_json(place)


def test_null_is_the_same_as_missing() -> None:
    assert Place() == from_json(Place, {"rating": None, "photos": None, "location": None, "priceLevel": None})


def test_a_known_enumerated_value_becomes_a_member_and_a_new_one_stays_a_string() -> None:
    assert from_json(Place, {"businessStatus": "OPERATIONAL"}).business_status is BusinessStatus.OPERATIONAL
    assert "MOVED" == from_json(Place, {"businessStatus": "MOVED"}).business_status


def test_large_integers_are_strings_on_the_wire_only() -> None:
    money = from_json(Money, {"units": "9007199254740993"})

    assert 9007199254740993 == money.units
    assert {"units": "9007199254740993"} == to_json(money)


def test_unknown_fields_are_kept_at_every_level() -> None:
    obj = {
        "places": [{"id": "a", "vibe": {}, "displayName": {"text": "A", "script": "Latn"}}],
        "took": 3,
    }
    response = from_json(SearchTextResponse, obj)

    assert {"took": 3} == response.extra
    assert obj == to_json(response)


def test_what_is_written_holds_plain_strings_only() -> None:
    written = to_json(Place(business_status=BusinessStatus.OPERATIONAL))

    assert str is type(written["businessStatus"])


def test_what_is_read_is_frozen_and_of_the_class_itself() -> None:
    assert Place is type(from_json(Place, {}))
    assert Place(id="a") == from_json(Place, {"id": "a"})
    assert hash(Place(id="a")) == hash(from_json(Place, {"id": "a"}))


@pytest.mark.parametrize(
    "obj",
    [
        [],
        "text",
        None,
        {"photos": {}},
        {"types": "cafe"},
        {"location": 5},
        {"businessStatus": []},
    ],
    ids=str,
)
def test_a_misshapen_answer_is_the_providers_fault(obj: Any) -> None:
    with pytest.raises(BadAnswer, match="Place"):
        from_json(Place, obj)


@pytest.mark.parametrize(
    ("obj", "named"),
    [
        ({"photos": [None]}, "photos"),
        ({"photos": [{"authorAttributions": 5}]}, "photos"),
        ({"priceRange": {"startPrice": {"units": "ten"}}}, "priceRange"),
    ],
    ids=str,
)
def test_a_misshapen_part_is_the_providers_fault_when_it_is_looked_at(obj: Any, named: str) -> None:
    place = from_json(Place, {"id": "a", **obj})

    assert "a" == place.id
    with pytest.raises(BadAnswer, match=named):
        to_json(place)


def test_a_part_is_read_once_and_unknown_attributes_stay_unknown() -> None:
    place = from_json(Place, {"location": {"latitude": 1.0}, "photos": [{"name": "a"}]})

    assert place.location is place.location
    assert place.photos is place.photos
    for message in (place, Place()):
        with pytest.raises(AttributeError, match="no_such_field"):
            message.no_such_field  # type: ignore[attr-defined]  # noqa: B018
    assert place == pickle.loads(pickle.dumps(place)) == copy.deepcopy(place)


def test_what_is_no_json_is_the_providers_fault() -> None:
    with pytest.raises(BadAnswer):
        loads(b"<html>")
