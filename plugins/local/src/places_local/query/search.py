"""Places that match a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from itertools import islice

from attrs import evolve, frozen

from places_core.errors import InvalidRequest, NotSupported
from places_core.models import Circle, TextSearch, Viewport

from ..index.geometry import Area, Hit
from ..index.reader import Index
from .paging import MAX_RESULTS
from .parser import ParsedQuery, Term, parse


MAX_CANDIDATES, MAX_NEARBY = 240, 4_000
MAX_GUESSED_TERMS = 16
"""A longer text has to match as it is: no prefixes, no misspellings, no word too many."""
RADII = (1_000, 5_000, 25_000, 100_000)
RADIUS_AROUND_CENTRE = 2_000


class Tier(IntEnum):
    """How a place matches; a smaller tier ranks before a larger one, whatever else is known of a place."""

    EXACT_NAME = 0
    NAME = 1
    """All words are in its names; or, for a categorical query, it has the type."""
    ANY_FIELD = 2
    PREFIX = 3
    CORRECTED = 4
    PARTIAL = 5
    """All terms but one match."""


@frozen
class Match:
    tier: Tier
    hit: Hit


TierHits = tuple[Tier, list[Hit]]


@frozen
class Search:
    """One query on one index."""

    index: Index
    query: TextSearch
    parsed: ParsedQuery
    keep: Callable[[int], bool]

    @classmethod
    def of(cls, index: Index, query: TextSearch, keep: Callable[[int], bool]) -> Search:
        """Prepare a query; places whose id `keep` rejects are left out of the result.

        Raises `NotSupported` when the query needs data that OpenStreetMap does not have.
        """
        _reject_unsupported(query)
        return cls(index, query, parse(query.text_query), keep)

    def ids(self) -> list[int]:
        """Return the ids of the matching places, the best first, at most as many as all pages hold."""
        if self.query.min_rating or self.query.price_levels:
            return []
        restriction = self.query.location_restriction
        area = Area.of(restriction) if restriction else None
        found: Iterable[Hit]
        if self.query.rank_preference == "DISTANCE":
            found = self._nearest(area)
        elif self.query.location_bias is not None:
            found = self._biased(self.query.location_bias)
        else:
            found = self._ranked(self._candidates(area), None)
        return list(islice((hit.id for hit in found if self.keep(hit.id)), MAX_RESULTS))

    def _biased(self, bias: Circle | Viewport) -> Iterator[Hit]:
        """Yield what is inside first; inside, a place must match without guessing."""
        inside = Area.of(bias)
        circle = inside if isinstance(bias, Circle) else None
        near = self._ranked(_best_tiers(self._certain(inside)), circle)
        yield from near
        seen = {hit.id for hit in near}
        far = [hit for hit in self._ranked(self._candidates(None), None) if hit.id not in seen]
        yield from (hit for hit in far if inside.contains(hit))
        yield from (hit for hit in far if not inside.contains(hit))

    def _nearest(self, restriction: Area | None) -> list[Hit]:
        area = restriction or (Area.of(self.query.location_bias) if self.query.location_bias else None)
        if area is None:
            allowed = "RELEVANCE, or DISTANCE together with a locationBias or a locationRestriction"
            raise InvalidRequest("rankPreference", "DISTANCE", allowed)
        for radius in RADII:
            circle = Area.around(area.latitude, area.longitude, radius)
            near = [
                match.hit
                for match in _best_tiers(self._certain(circle, MAX_NEARBY))
                if restriction is None or restriction.contains(match.hit)
            ]
            if sum(self.keep(hit.id) for hit in near) >= MAX_RESULTS:
                return sorted(near, key=area.distance)
        return sorted((match.hit for match in self._candidates(restriction, MAX_NEARBY)), key=area.distance)

    def _candidates(self, area: Area | None, limit: int = MAX_CANDIDATES) -> list[Match]:
        """Return what matches, or what may have been meant when nothing does."""
        if certain := _best_tiers(self._certain(area, limit)):
            return certain
        return next(filter(None, map(_best_tiers, ([tier] for tier in self._guessed(area, limit)))), [])

    def _certain(self, area: Area | None, limit: int = MAX_CANDIDATES) -> Iterator[TierHits]:
        start = self.parsed.terms[:MAX_GUESSED_TERMS]
        if start != self.parsed.terms and not self._matching(area, 1, _in_any_field, start):
            return  # a long text that nothing can match
        yield Tier.EXACT_NAME, self._exact(area)
        in_names_or_type = _has_type if self.parsed.is_categorical else _in_names
        yield Tier.NAME, self._matching(area, limit, in_names_or_type)
        yield Tier.ANY_FIELD, self._matching(area, limit, _in_any_field)

    def _guessed(self, area: Area | None, limit: int) -> Iterator[TierHits]:
        if len(self.parsed.terms) > MAX_GUESSED_TERMS:
            return
        yield Tier.PREFIX, self._matching(area, limit, _by_prefix)
        yield Tier.CORRECTED, self._matching(area, limit, self._corrected)
        # "Coffee in Paris" asks neither for coffee elsewhere nor for something else in Paris.
        if len(self.parsed.terms) > 1 and not any(term.is_location for term in self.parsed.terms):
            for left_out in reversed(self.parsed.terms):
                kept = [term for term in self.parsed.terms if term is not left_out]
                yield Tier.PARTIAL, self._matching(area, limit, _in_any_field, kept)

    def _matching(
        self, area: Area | None, limit: int, write: Callable[[Term], str], terms: Iterable[Term] = ()
    ) -> list[Hit]:
        """Return the places that match the FTS5 expressions that `write` makes of the terms, or of all."""
        expression = " AND ".join(f"({write(term)})" for term in terms or self.parsed.terms)
        return self.index.match(self._of_strict_type(expression), limit, area) if expression else []

    def _corrected(self, term: Term) -> str:
        return _in_any_field(evolve(term, words=tuple(self.index.corrected(word) for word in term.words)))

    def _of_strict_type(self, expression: str) -> str:
        if self.query.included_type and self.query.strict_type_filtering:
            return f"({expression}) AND types : {self.query.included_type}"
        return expression

    def _exact(self, area: Area | None) -> list[Hit]:
        """Return the place of exactly this name, however little known."""
        hits = self.index.named(" ".join(self.parsed.words))
        strict = self.query.included_type if self.query.strict_type_filtering else None
        return [
            hit
            for hit in hits
            if (area is None or area.contains(hit))
            and (strict is None or strict in self.index.types_of(hit.id))
        ]

    def _ranked(self, matches: list[Match], circle: Area | None) -> list[Hit]:
        """Sort by tier, then by the type preferred, then by distance within a circle, then by prominence."""
        preferred = self._preferred(matches)

        def rank(match: Match) -> tuple[float, ...]:
            weight = _remoteness(circle, match.hit) if circle else 0.0
            return (match.tier, match.hit.id not in preferred, weight, match.hit.id)

        return [match.hit for match in sorted(matches, key=rank)]

    def _preferred(self, matches: list[Match]) -> set[int]:
        """Return the ids of those of the included type, where it is a preference and not a filter."""
        wanted = self.query.included_type
        if not wanted or self.query.strict_type_filtering:
            return set()
        return {match.hit.id for match in matches if wanted in self.index.types_of(match.hit.id)}


def _best_tiers(tiers: Iterable[TierHits]) -> list[Match]:
    """Return every place once, in the best of its tiers."""
    found: dict[int, Match] = {}
    for tier, hits in tiers:
        for hit in hits:
            found.setdefault(hit.id, Match(tier, hit))
    return list(found.values())


def _remoteness(circle: Area, hit: Hit) -> float:
    """Weigh distance against prominence: half a radius counts as much as ten points."""
    return circle.distance(hit) / (circle.radius or RADIUS_AROUND_CENTRE) * 20 - hit.prominence


def _in_names(term: Term) -> str:
    return " AND ".join(f'name : "{word}"' for word in term.words)


def _has_type(term: Term) -> str:
    return f"types : ({' OR '.join(term.types)})"


def _in_any_field(term: Term) -> str:
    """Match the words in the names or the address, or a type that they stand for."""
    literal = " AND ".join(f'{{name loc}} : "{word}"' for word in term.words)
    return f"({literal}) OR {_has_type(term)}" if term.types else literal


def _by_prefix(term: Term) -> str:
    """Match words that start with those of the term, as "ateneumin" does with "ateneum"."""
    literal = " AND ".join(f'{{name loc}} : "{word}"*' for word in term.words)
    return f"({literal}) OR {_has_type(term)}" if term.types else literal


def _reject_unsupported(query: TextSearch) -> None:
    for value, name in (
        (query.routing_parameters, "routingParameters"),
        (query.search_along_route_parameters, "searchAlongRouteParameters"),
        (query.ev_options, "evOptions"),
    ):
        if value is not None:
            raise NotSupported(f"The backend 'local' has no data for {name}: leave it out.")
