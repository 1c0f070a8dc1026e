"""The page about HTTP against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from places_core import Places
from places_http.app import make_app
from places_http.errors import KINDS
from places_http.server import GRACE


PAGE = (Path(__file__).parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert table is not None
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in table[1].splitlines()]


async def test_every_path_is_documented_with_its_methods(places: Places) -> None:
    routed = {
        resource.canonical: [route.method for route in resource if route.method not in ("HEAD", "*")]
        for resource in make_app(places).router.resources()
    }
    del routed["/{path}"]

    assert routed == {path: [method] for path, method, _ in rows("path")}


def test_every_error_is_documented_with_its_shape() -> None:
    shapes = {
        cls.__name__: [str(kind.code), kind.status, "–" if kind.code == 400 else kind.reason]
        for cls, kind in KINDS.items()
    }

    assert shapes == {name: shape for name, *shape in rows("error")}


def test_the_time_to_finish_is_the_one_documented() -> None:
    assert f"for {GRACE:g} seconds at most" in PAGE.replace("\n", " ")


@pytest.mark.parametrize(
    "header", ["X-Places-Backend", "X-Places-Cache", "Age", "X-Places-Attribution", "Retry-After"]
)
def test_every_header_is_documented(header: str) -> None:
    assert header in [name for name, _ in rows("header")]
