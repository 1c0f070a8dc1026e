"""Places that fit a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from attrs import evolve, frozen

from places_core.errors import InvalidRequest, NotSupported
from places_core.models import Circle, TextSearch

from .index import Index, Spot
from .paging import MOST
from .sphere import Area
from .understanding import Unit, Wish, understand


CANDIDATES = 240
ALL_NEAR = 4_000
RINGS = (1_000, 5_000, 25_000, 100_000)
EXACT, NAMED, FITTING, LIKE, MISTYPED, PARTLY = range(6)


@frozen
class Search:
    """One question to one index."""

    index: Index
    query: TextSearch
    wish: Wish
    keep: Callable[[int], bool]

    @classmethod
    def of(cls, index: Index, query: TextSearch, keep: Callable[[int], bool]) -> Search:
        """Ask for `query`; places that `keep` refuses are left out."""
        _check_offer(query)
        return cls(index, query, understand(query.text_query), keep)

    def ids(self) -> list[int]:
        """The places that fit, the best first, at most as many as all pages hold."""
        if self.query.min_rating or self.query.price_levels:
            return []
        if self.query.rank_preference == "DISTANCE":
            return self._nearest()
        limit = Area.of(self.query.location_restriction) if self.query.location_restriction else None
        bias = self.query.location_bias
        if bias is None:
            return self._kept(self._ranked(self._tiers(limit), None))
        inside = Area.of(bias)
        near = self._ranked(self._tiers(inside), inside if isinstance(bias, Circle) else None)
        found = self._kept(near)
        if len(found) < MOST:
            seen = set(near)
            rest = [number for number in self._ranked(self._tiers(None), None) if number not in seen]
            found += self._kept(rest, MOST - len(found))
        return found

    def _kept(self, numbers: Iterable[int], most: int = MOST) -> list[int]:
        return list(islice(filter(self.keep, numbers), most))

    def _tiers(self, area: Area | None, limit: int = CANDIDATES) -> dict[int, int]:
        """Candidates with how well they fit; the worst tiers are asked only when there is nothing better."""
        found: dict[int, int] = {}
        for tier, numbers in self._stages(area, limit):
            if found and tier >= LIKE:
                break
            for number in numbers:
                found.setdefault(number, tier)
        return found

    def _stages(self, area: Area | None, limit: int) -> Iterable[tuple[int, list[int]]]:
        named, whole = self._matching(area, limit, _in_names), self._matching(area, limit, _fitting)
        yield EXACT, self._exact(area)
        if self.wish.of_a_kind:
            yield NAMED, self._matching(area, limit, _of_type)()
            yield FITTING, whole()
        else:
            yield NAMED, named()
            yield FITTING, whole()
        yield LIKE, self._matching(area, limit, _beginning)()
        yield MISTYPED, self._matching(area, limit, self._mended)()
        # Who asks for coffee in Paris wants neither coffee elsewhere nor something else in Paris.
        if len(self.wish.units) > 1 and not any(unit.is_where for unit in self.wish.units):
            yield PARTLY, self._partly(area, limit)

    def _matching(
        self, area: Area | None, limit: int, write: Callable[[Unit], str]
    ) -> Callable[[], list[int]]:
        expression = " AND ".join(f"({part})" for unit in self.wish.units if (part := write(unit)))
        return lambda: self.index.matching(self._strict(expression), limit, area) if expression else []

    def _partly(self, area: Area | None, limit: int) -> list[int]:
        """Places that fit all but one of the phrases, the last one first to be given up."""
        for left_out in reversed(range(len(self.wish.units))):
            kept = [unit for at, unit in enumerate(self.wish.units) if at != left_out]
            expression = " AND ".join(f"({_fitting(unit)})" for unit in kept)
            if found := self.index.matching(self._strict(expression), limit, area):
                return found
        return []

    def _mended(self, unit: Unit) -> str:
        """The words as they may have been meant, where they occur nowhere as they are."""
        return _fitting(evolve(unit, words=tuple(self.index.nearest_word(word) for word in unit.words)))

    def _strict(self, expression: str) -> str:
        if self.query.included_type and self.query.strict_type_filtering:
            return f"({expression}) AND types : {self.query.included_type}"
        return expression

    def _exact(self, area: Area | None) -> list[int]:
        """Places of exactly this name, however little known."""
        numbers = self.index.named(" ".join(self.wish.words))
        if self.query.strict_type_filtering and self.query.included_type:
            numbers = [
                number for number in numbers if self.query.included_type in self.index.kinds_of(number)
            ]
        return [
            spot.id
            for spot in self.index.spots(numbers)
            if area is None or area.holds(spot.latitude, spot.longitude)
        ]

    def _ranked(self, tiers: dict[int, int], circle: Area | None) -> list[int]:
        """By how well they fit, then by what is known of them and, around a point, how near they are."""
        preferred = self._preferred(tiers)

        def rank(spot: Spot) -> tuple[float, ...]:
            weight = _remoteness(circle, spot) if circle else 0.0
            return (tiers[spot.id], spot.id not in preferred, weight, spot.id)

        return [spot.id for spot in sorted(self.index.spots(list(tiers)), key=rank)]

    def _preferred(self, tiers: dict[int, int]) -> set[int]:
        """Those of the type that the query leans to."""
        wanted = self.query.included_type
        if not wanted or self.query.strict_type_filtering:
            return set()
        return {number for number in tiers if wanted in self.index.kinds_of(number)}

    def _nearest(self) -> list[int]:
        area = self.query.location_bias or self.query.location_restriction
        if area is None:
            allowed = "RELEVANCE, or DISTANCE together with a locationBias or a locationRestriction"
            raise InvalidRequest("rankPreference", "DISTANCE", allowed)
        middle = Area.of(area)
        limit = middle if self.query.location_restriction else None
        found: list[int] = []
        for radius in (*RINGS, None):
            ring = Area.around(middle.latitude, middle.longitude, radius) if radius else limit
            tiers = self._tiers(ring, ALL_NEAR)
            spots = sorted(
                (middle.distance(spot.latitude, spot.longitude), spot.id)
                for spot in self.index.spots(list(tiers))
                if limit is None or limit.holds(spot.latitude, spot.longitude)
            )
            found = self._kept(number for _, number in spots)
            if len(found) == MOST:
                break
        return found


def _remoteness(circle: Area, spot: Spot) -> float:
    """Half a radius weighs as much as ten points of prominence."""
    radius = circle.radius or 2_000
    return circle.distance(spot.latitude, spot.longitude) / radius * 20 - spot.prominence


def _in_names(unit: Unit) -> str:
    return " AND ".join(f'name : "{word}"' for word in unit.words)


def _of_type(unit: Unit) -> str:
    return f"types : ({' OR '.join(unit.types)})"


def _fitting(unit: Unit) -> str:
    """The words in the name or the address, or a type that they stand for."""
    literal = " AND ".join(f'{{name loc}} : "{word}"' for word in unit.words)
    return f"({literal}) OR {_of_type(unit)}" if unit.types else literal


def _beginning(unit: Unit) -> str:
    """Words that only begin like this, as "ateneum" does for "ateneumin" and the other way round."""
    parts = [f'{{name loc}} : "{word}"*' for word in unit.words]
    return f"({' AND '.join(parts)}) OR {_of_type(unit)}" if unit.types else " AND ".join(parts)


def _check_offer(query: TextSearch) -> None:
    for value, name in (
        (query.routing_parameters, "routingParameters"),
        (query.search_along_route_parameters, "searchAlongRouteParameters"),
        (query.ev_options, "evOptions"),
    ):
        if value is not None:
            raise NotSupported(f"The backend 'local' has no data for {name}: leave it out.")
