"""Queries made in Python: all that is wrong with one is said at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from places_core.errors import Fault, InvalidRequest
from places_core.models import (
    Autocomplete,
    Circle,
    Details,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Query,
    TextSearch,
    Viewport,
)


HERE = Circle(LatLng(60.17, 24.94), 500.0)
HELSINKI = Viewport(LatLng(60.0, 24.0), LatLng(61.0, 25.0))


def faults(make: Callable[[], Query]) -> tuple[Fault, ...]:
    with pytest.raises(InvalidRequest) as raised:
        make()
    return raised.value.faults


def fields(make: Callable[[], Query]) -> list[str]:
    return [fault.field for fault in faults(make)]


def test_all_faults_of_a_query_are_named_in_one_error() -> None:
    found = faults(
        lambda: TextSearch("", page_size=-1, min_rating=9, included_type="cofe", rank_preference="X")
    )

    assert {
        "textQuery": "",
        "pageSize": -1,
        "minRating": 9.0,
        "includedType": "cofe",
        "rankPreference": "X",
    } == {fault.field: fault.given for fault in found}
    assert 5 == len(found)


def test_a_fault_says_what_is_allowed_and_which_name_is_near() -> None:
    [fault] = faults(lambda: TextSearch("x", included_type="resturant"))

    assert "a place type of Google's Table A, such as 'cafe' or 'museum'" == fault.allowed
    assert "restaurant" == fault.nearest
    assert "Did you mean 'restaurant' or " in fault.advice


def test_a_mask_that_cannot_be_parsed_is_a_fault_among_others() -> None:
    found = faults(lambda: TextSearch("", fields="places.displayNmae,places.id,places.ratng"))

    assert ["textQuery", "fields", "fields"] == [fault.field for fault in found]
    assert ["places.displayNmae", "places.ratng"] == [fault.given for fault in found[1:]]
    assert ["places.displayName", "places.rating"] == [fault.nearest for fault in found[1:]]


def test_every_corner_and_side_of_an_area_is_checked() -> None:
    circle = Circle(LatLng(91.0, 181.0), -1.0)

    assert [
        "locationRestriction.circle.center.latitude",
        "locationRestriction.circle.center.longitude",
        "locationRestriction.circle.radius",
    ] == fields(lambda: NearbySearch(circle))
    assert ["locationBias.rectangle.low", "locationBias.rectangle.high"] == fields(
        lambda: TextSearch("x", location_bias=Viewport())
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: TextSearch("x", location_bias=HERE, location_restriction=HELSINKI), "locationRestriction"),
        (lambda: NearbySearch(HERE, included_types="cafe", excluded_types=["cafe"]), "excludedTypes"),
        (lambda: PhotoMedia("places/a/photos/b"), "maxWidthPx"),
        (lambda: Autocomplete("caf", input_offset=4), "inputOffset"),
    ],
)
def test_fields_that_do_not_go_together_are_a_fault(make: Callable[[], Query], field: str) -> None:
    assert [field] == fields(make)


def test_how_fields_go_together_is_checked_when_each_is_right() -> None:
    assert ["regionCode"] == fields(
        lambda: TextSearch("x", region_code="Finland", location_bias=HERE, location_restriction=HELSINKI)
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: TextSearch(None), "textQuery"),  # type: ignore[arg-type]
        (lambda: TextSearch("x", price_levels=5), "priceLevels"),  # type: ignore[arg-type]
        (lambda: TextSearch("x", fields=5), "fields"),  # type: ignore[arg-type]
        (lambda: TextSearch("x", open_now=None), "openNow"),  # type: ignore[arg-type]
        (lambda: NearbySearch(None), "locationRestriction"),  # type: ignore[arg-type]
        (lambda: NearbySearch(HERE, included_types=[{}]), "includedTypes"),  # type: ignore[list-item]
        (lambda: Details("a b"), "name"),
        (lambda: Autocomplete("x", origin=(1, 2)), "origin"),  # type: ignore[arg-type]
    ],
)
def test_what_has_the_wrong_type_is_a_fault_and_no_crash(make: Callable[[], Query], field: str) -> None:
    assert [field] == fields(make)


def test_of_a_long_list_the_first_wrong_items_are_named() -> None:
    types = [f"cafee{number}" for number in range(40)]

    assert types[:10] == [fault.given for fault in faults(lambda: NearbySearch(HERE, included_types=types))]


def test_an_error_reads_as_its_first_fault_and_has_a_line_for_each() -> None:
    with pytest.raises(InvalidRequest) as raised:
        TextSearch("x", page_size=-1, region_code="Finland")
    error = raised.value

    assert ("pageSize", -1, "a whole number from 1 to 20") == (error.field, error.given, error.allowed)
    assert [str(fault) for fault in error.faults] == str(error).splitlines()


def test_a_single_fault_can_be_raised_as_it_is() -> None:
    error = InvalidRequest("near", "x", "a point", nearest="y")

    assert (Fault("near", "x", "a point", "y"),) == error.faults
    assert "near: got 'x'; allowed: a point. Did you mean y?" == str(error)
    assert "Did you mean y?" == error.hint


def test_a_query_can_be_given_a_mask_that_was_parsed_before() -> None:
    query: Any = TextSearch("x", fields="ids")

    assert query.fields is TextSearch("y", fields=query.fields).fields
