from __future__ import annotations

import pytest

from places_core.models.place_types import TABLE_A
from places_core.text.suggestions import alike, meant, nearest


FIELDS = ("textQuery", "pageSize", "includedType", "languageCode", "locationBias", "minRating")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("pageSze", "pageSize"),
        ("page_sze", "pageSize"),
        ("PAGE-SIZE", "pageSize"),
        ("type", "includedType"),
        ("lang", "languageCode"),
        ("colour", None),
        ("", None),
        (5, None),
    ],
)
def test_case_and_separators_do_not_count(given: object, expected: str | None) -> None:
    assert expected == nearest(given, FIELDS)


@pytest.mark.parametrize(("given", "expected"), [("lat", "latitude"), ("lng", "longitude")])
def test_an_abbreviation_is_understood(given: str, expected: str) -> None:
    assert expected == nearest(given, ("latitude", "longitude"))


def test_the_best_of_hundreds_comes_first() -> None:
    assert "restaurant" == alike("resturant", TABLE_A)[0]
    assert ["museum", "art_museum"] == alike("museums!", TABLE_A)
    assert [] == alike("x" * 10_000, TABLE_A)


def test_a_half_sentence_names_the_nearest_or_is_empty() -> None:
    assert "; did you mean pageSize?" == meant("pagesize", FIELDS)
    assert "" == meant("colour", FIELDS)
