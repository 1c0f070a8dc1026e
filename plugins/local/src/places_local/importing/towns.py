"""Which town a place is in, for the words people add to what they look for: "pharmacy Helsinki"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from ..index.geometry import metres
from ..index.normalize import words
from .element import Element


REACH = {"city": 20_000, "town": 8_000, "village": 3_000}
SPOKEN = 3
CELL = 0.5


@define
class Towns:
    """The towns of a data set, by where they are."""

    _grid: dict[tuple[int, int], list[Element]] = field(factory=dict)
    _languages: Counter[str] = field(factory=Counter)
    _spoken: tuple[str, ...] = ()

    def note(self, element: Element) -> None:
        """Take in an element, for its languages and because it may be a town."""
        self._languages.update(key for key in element.tags if key.startswith("name:"))
        if element.tags.get("place") in REACH:
            self._grid.setdefault(_cell(element.latitude, element.longitude), []).append(element)

    def near(self, latitude: float, longitude: float) -> list[str]:
        """The words of the names of the town around a point, in the languages that the data mostly has."""
        remoteness, town = min(
            ((_remoteness(town, latitude, longitude), town) for town in self._around(latitude, longitude)),
            key=lambda found: found[0],
            default=(1.0, None),
        )
        if town is None or remoteness >= 1:
            return []
        if not self._spoken:
            self._spoken = ("name", "name:en", *(key for key, _ in self._languages.most_common(SPOKEN)))
        return [word for key in self._spoken for word in words(town.tags.get(key, ""))]

    def _around(self, latitude: float, longitude: float) -> Iterable[Element]:
        row, column = _cell(latitude, longitude)
        cells = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
        return (town for cell in cells for town in self._grid.get(cell, ()))


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return int(latitude // CELL), int(longitude // CELL)


def _remoteness(town: Element, latitude: float, longitude: float) -> float:
    return metres(town.latitude, town.longitude, latitude, longitude) / REACH[town.tags["place"]]
