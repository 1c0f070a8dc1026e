"""Our classes against Google's discovery document: nothing missing, nothing more, every type the same."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import attrs
import pytest

from places_core import models
from places_core.convert import Int64, Member, camel, is_enum, shape
from places_core.models import (
    BusinessStatus,
    FieldMask,
    LatLng,
    LocalizedText,
    Message,
    OpeningHours,
    Period,
    Place,
    PriceLevel,
    TimePoint,
)


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]

PREFIXES = ("GoogleMapsPlacesV1", "GoogleGeoType", "GoogleType")
RENAMED = {
    "AddressDescriptorArea": "Area",
    "AddressDescriptorLandmark": "Landmark",
    "AutocompletePlacesResponse": "AutocompleteResponse",
    "AutocompletePlacesResponseSuggestion": "Suggestion",
    "ContextualContentJustification": "Justification",
    "EVChargeOptionsConnectorAggregation": "ConnectorAggregation",
    "FuelOptionsFuelPrice": "FuelPrice",
    "PhotoMedia": "PhotoMediaResponse",
    "PlaceConsumerAlertDetailsLink": "ConsumerAlertLink",
    "PlaceEvChargeAmenitySummary": "EVChargeAmenitySummary",
    "PlaceOpeningHoursPeriodPoint": "TimePoint",
    "PlaceOpeningHoursSpecialDay": "SpecialDay",
    "PlaceOpeningHoursPeriod": "Period",
    "RoutingSummaryLeg": "RoutingLeg",
}
OUTER = (
    "AutocompletePlacesResponseSuggestion",
    "ContextualContentJustificationReviewJustificationHighlightedText",
    "ContextualContentJustificationReviewJustification",
    "ContextualContentJustification",
    "SearchTextRequest",
    "Place",
)
ASKED_BY_QUERIES = ("Request", "LocationBias", "LocationRestriction")


def class_name(schema: str) -> str:
    for prefix in PREFIXES:
        schema = schema.removeprefix(prefix)
    if schema in RENAMED:
        return RENAMED[schema]
    return next((schema.removeprefix(o) for o in OUTER if schema.startswith(o) and schema != o), schema)


CLASSES = {name: getattr(models, class_name(name)) for name in SCHEMAS if not name.endswith(ASKED_BY_QUERIES)}


def messages() -> set[type]:
    return {
        each
        for each in vars(models).values()
        if isinstance(each, type) and issubclass(each, Message) and each is not Message
    }


def test_every_schema_has_a_class_and_every_class_a_schema() -> None:
    assert messages() == set(CLASSES.values())


@pytest.mark.parametrize("schema", CLASSES)
def test_a_class_has_exactly_the_fields_of_its_schema(schema: str) -> None:
    assert SCHEMAS[schema]["properties"].keys() == shape(CLASSES[schema]).keys()


@pytest.mark.parametrize("schema", CLASSES)
def test_a_field_has_the_type_of_its_schema(schema: str) -> None:
    for name, expected in SCHEMAS[schema]["properties"].items():
        member = shape(CLASSES[schema])[name]

        assert (expected.get("type") == "array") == member.many, name
        assert_kind(expected.get("items", expected), member)


def assert_kind(expected: dict[str, object], member: Member) -> None:
    if "$ref" in expected:
        assert CLASSES[str(expected["$ref"])] is member.kind
    elif "enum" in expected:
        assert expected["enum"] == [str(value) for value in member.kind]
        assert (member.kind, str) == member.kinds
    else:
        scalars = {"string": str, "boolean": bool, "integer": int, "number": float}
        kind = Int64 if expected.get("format") == "int64" else scalars[str(expected["type"])]
        assert (kind,) == member.kinds


@pytest.mark.parametrize("cls", messages(), ids=lambda cls: cls.__name__)
def test_a_message_can_be_made_of_nothing(cls: type) -> None:
    default = 0.0 if cls is LatLng else None

    assert all(getattr(cls(), member.name) == default for member in shape(cls).values())


@pytest.mark.parametrize("cls", messages(), ids=lambda cls: cls.__name__)
def test_a_message_is_frozen_and_can_be_hashed(cls: type) -> None:
    assert hash(cls(extra={"a": []})) == hash(cls(extra={"a": []}))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        cls().extra = {}


def test_python_names_lead_back_to_googles() -> None:
    for cls in messages():
        for name, member in shape(cls).items():
            assert name == camel(member.name) == camel(name)
            assert member.name.islower()


def test_the_exports_are_sorted_and_complete() -> None:
    exported = set(models.__all__)
    enums = {name for name, value in vars(models.enums).items() if is_enum(value) and name != "StrEnum"}

    assert sorted(models.__all__) == models.__all__
    assert {cls.__name__ for cls in messages()} | enums <= exported


def test_what_is_not_given_stays_out_of_the_repr() -> None:
    place = Place(id="a", location=LatLng(), extra={"new": 1})

    assert "Place(extra={'new': 1}, id='a', location=LatLng(latitude=0.0, longitude=0.0))" == repr(place)


def test_enumerations_are_strings() -> None:
    assert Place(price_level=PriceLevel.FREE) == Place(price_level="PRICE_LEVEL_FREE")
    assert BusinessStatus.OPERATIONAL == "OPERATIONAL"


def test_unknown_fields_tell_messages_apart() -> None:
    assert LocalizedText("a") != LocalizedText("a", extra={"script": "Latn"})


def test_a_place_survives_copying_and_pickling() -> None:
    hours = OpeningHours(periods=(Period(open=TimePoint(0, 0, 0)),))
    place = Place(id="a", regular_opening_hours=hours, extra={"new": [1]})

    assert place == copy.deepcopy(place)
    assert place == pickle.loads(pickle.dumps(place))


def test_of_a_place_made_by_hand_everything_was_asked_for() -> None:
    assert Place().asked_for("rating")


def test_a_place_tells_unknown_from_not_asked_for() -> None:
    place = Place(id="a").asked_with(FieldMask.parse("id,rating,displayName.text", Place).place_fields)

    assert place.asked_for("rating")
    assert place.asked_for("display_name")
    assert place.asked_for("displayName")
    assert not place.asked_for("website_uri")


def test_the_mask_of_a_place_is_not_part_of_its_value() -> None:
    masked = Place(id="a").asked_with(frozenset({"id"}))

    assert Place(id="a") == masked
    assert "Place(id='a')" == repr(masked)
    assert not attrs.evolve(masked, name="places/a").asked_for("rating")
    assert not pickle.loads(pickle.dumps(masked)).asked_for("rating")


def test_asking_for_a_field_that_no_place_has_is_an_error() -> None:
    with pytest.raises(AttributeError, match="raitng"):
        Place().asked_for("raitng")
