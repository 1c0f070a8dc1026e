"""Which town a place is in, for the words that people add to a search: "pharmacy Helsinki"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from places_core.geo import distance

from ..index.normalize import tokenize
from .element import Element


RADII = {"city": 20_000, "town": 8_000, "village": 3_000}
MAX_LANGUAGES = 3
CELL_DEGREES = 0.5


@define
class Towns:
    """The towns of a data set, by location."""

    _grid: dict[tuple[int, int], list[Element]] = field(factory=dict)
    _languages: Counter[str] = field(factory=Counter)
    _name_keys: tuple[str, ...] = ()

    def add(self, element: Element) -> None:
        """Count the languages of an element, and keep it if it is a town."""
        self._languages.update(key for key in element.tags if key.startswith("name:"))
        if element.tags.get("place") in RADII:
            self._grid.setdefault(_cell(element.latitude, element.longitude), []).append(element)

    def words_at(self, latitude: float, longitude: float) -> list[str]:
        """Return the words of the names of the town at a point, in the commonest languages of the data.

        Call it when all elements are added.
        """
        remoteness, town = min(
            ((_remoteness(town, latitude, longitude), town) for town in self._around(latitude, longitude)),
            key=lambda found: found[0],
            default=(1.0, None),
        )
        if town is None or remoteness >= 1:
            return []
        if not self._name_keys:
            commonest = self._languages.most_common(MAX_LANGUAGES)
            self._name_keys = ("name", "name:en", *(key for key, _ in commonest))
        return [word for key in self._name_keys for word in tokenize(town.tags.get(key, ""))]

    def _around(self, latitude: float, longitude: float) -> Iterable[Element]:
        row, column = _cell(latitude, longitude)
        cells = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
        return (town for cell in cells for town in self._grid.get(cell, ()))


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return int(latitude // CELL_DEGREES), int(longitude // CELL_DEGREES)


def _remoteness(town: Element, latitude: float, longitude: float) -> float:
    """Return the distance from a town as a share of the radius that it is taken to have."""
    return distance(town.latitude, town.longitude, latitude, longitude) / RADII[town.tags["place"]]
