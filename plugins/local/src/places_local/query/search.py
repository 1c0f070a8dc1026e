"""Places that fit a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from attrs import evolve, frozen

from places_core.errors import InvalidRequest, NotSupported
from places_core.models import Circle, TextSearch, Viewport

from ..index.geometry import Area, Spot
from ..index.reader import Index
from .paging import MOST
from .parser import Unit, Wish, understand


CANDIDATES = 240
ALL_NEAR = 4_000
RINGS = (1_000, 5_000, 25_000, 100_000)
AROUND = 2_000
EXACT, NAMED, FITTING, LIKE, MISTYPED, PARTLY = range(6)


@frozen
class Fit:
    """A place that fits, and how well: the smaller the tier, the better."""

    tier: int
    spot: Spot


Stage = tuple[int, list[Spot]]


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
        limit = self.query.location_restriction
        area = Area.of(limit) if limit else None
        found: Iterable[Spot]
        if self.query.rank_preference == "DISTANCE":
            found = self._nearest(area)
        elif self.query.location_bias is not None:
            found = self._biased(self.query.location_bias)
        else:
            found = self._ranked(self._candidates(area), None)
        return list(islice((spot.id for spot in found if self.keep(spot.id)), MOST))

    def _biased(self, bias: Circle | Viewport) -> Iterator[Spot]:
        """What is inside first; what fits only by guessing does not count as inside."""
        inside = Area.of(bias)
        circle = inside if isinstance(bias, Circle) else None
        near = self._ranked(_first(self._strong(inside)), circle)
        yield from near
        seen = {spot.id for spot in near}
        far = [spot for spot in self._ranked(self._candidates(None), None) if spot.id not in seen]
        yield from (spot for spot in far if inside.holds(spot))
        yield from (spot for spot in far if not inside.holds(spot))

    def _nearest(self, limit: Area | None) -> list[Spot]:
        area = limit or (Area.of(self.query.location_bias) if self.query.location_bias else None)
        if area is None:
            allowed = "RELEVANCE, or DISTANCE together with a locationBias or a locationRestriction"
            raise InvalidRequest("rankPreference", "DISTANCE", allowed)
        for radius in RINGS:
            ring = Area.around(area.latitude, area.longitude, radius)
            near = [
                fit.spot
                for fit in _first(self._strong(ring, ALL_NEAR))
                if limit is None or limit.holds(fit.spot)
            ]
            if sum(self.keep(spot.id) for spot in near) >= MOST:
                return sorted(near, key=area.distance)
        return sorted((fit.spot for fit in self._candidates(limit, ALL_NEAR)), key=area.distance)

    def _candidates(self, area: Area | None, limit: int = CANDIDATES) -> list[Fit]:
        """What fits, or what may have been meant when nothing does."""
        if strong := _first(self._strong(area, limit)):
            return strong
        return next(filter(None, map(_first, ([stage] for stage in self._weak(area, limit)))), [])

    def _strong(self, area: Area | None, limit: int = CANDIDATES) -> Iterator[Stage]:
        yield EXACT, self._exact(area)
        write = _of_type if self.wish.of_a_kind else _in_names
        yield NAMED, self._matching(area, limit, write)
        yield FITTING, self._matching(area, limit, _fitting)

    def _weak(self, area: Area | None, limit: int) -> Iterator[Stage]:
        yield LIKE, self._matching(area, limit, _beginning)
        yield MISTYPED, self._matching(area, limit, self._mended)
        # Who asks for coffee in Paris wants neither coffee elsewhere nor something else in Paris.
        if len(self.wish.units) > 1 and not any(unit.is_where for unit in self.wish.units):
            for left_out in reversed(self.wish.units):
                kept = [unit for unit in self.wish.units if unit is not left_out]
                yield PARTLY, self._matching(area, limit, _fitting, kept)

    def _matching(
        self, area: Area | None, limit: int, write: Callable[[Unit], str], units: Iterable[Unit] = ()
    ) -> list[Spot]:
        expression = " AND ".join(f"({write(unit)})" for unit in units or self.wish.units)
        return self.index.matching(self._strict(expression), limit, area) if expression else []

    def _mended(self, unit: Unit) -> str:
        """The words as they may have been meant, where they occur nowhere as they are."""
        return _fitting(evolve(unit, words=tuple(self.index.nearest_word(word) for word in unit.words)))

    def _strict(self, expression: str) -> str:
        if self.query.included_type and self.query.strict_type_filtering:
            return f"({expression}) AND types : {self.query.included_type}"
        return expression

    def _exact(self, area: Area | None) -> list[Spot]:
        """The place of exactly this name, however little known."""
        spots = self.index.named(" ".join(self.wish.words))
        strict = self.query.included_type if self.query.strict_type_filtering else None
        return [
            spot
            for spot in spots
            if (area is None or area.holds(spot))
            and (strict is None or strict in self.index.kinds_of(spot.id))
        ]

    def _ranked(self, fits: list[Fit], circle: Area | None) -> list[Spot]:
        """By how well they fit, then by what is known of them and, around a point, how near they are."""
        preferred = self._preferred(fits)

        def rank(fit: Fit) -> tuple[float, ...]:
            weight = _remoteness(circle, fit.spot) if circle else 0.0
            return (fit.tier, fit.spot.id not in preferred, weight, fit.spot.id)

        return [fit.spot for fit in sorted(fits, key=rank)]

    def _preferred(self, fits: list[Fit]) -> set[int]:
        """Those of the type that the query leans to."""
        wanted = self.query.included_type
        if not wanted or self.query.strict_type_filtering:
            return set()
        return {fit.spot.id for fit in fits if wanted in self.index.kinds_of(fit.spot.id)}


def _first(stages: Iterable[Stage]) -> list[Fit]:
    """Every place once, in the best tier that it is in."""
    found: dict[int, Fit] = {}
    for tier, spots in stages:
        for spot in spots:
            found.setdefault(spot.id, Fit(tier, spot))
    return list(found.values())


def _remoteness(circle: Area, spot: Spot) -> float:
    """Half a radius weighs as much as ten points of prominence."""
    return circle.distance(spot) / (circle.radius or AROUND) * 20 - spot.prominence


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
