"""From OpenStreetMap's tags to Google's place types."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from attrs import frozen

from ..data import table_rows


ANY = "*"
UNSAID, BUILDING = "point_of_interest", "premise"
Given = Mapping[str, list[str]]


@frozen
class Rule:
    """One line of the table: when all tags fit, the place has these types."""

    rank: int
    tags: tuple[tuple[str, str], ...]
    types: tuple[str, ...]

    def fits(self, given: Given) -> bool:
        return all(value in given.get(key, ()) for key, value in self.tags)


def types_of(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Google's types of a place, the primary one first, followed by what it thereby also is."""
    own = list(dict.fromkeys(name for rule in _fitting(tags) for name in rule.types))
    if not own:
        return ()
    whole = [name for name in own if name != BUILDING] or own
    for name in whole:
        whole.extend(kind for kind in _kinds_of(name) if kind not in whole)
    whole = [name for name in whole if name != UNSAID]
    return (*whole, UNSAID) if "political" in whole else (*whole, UNSAID, "establishment")


def _fitting(tags: Mapping[str, str]) -> list[Rule]:
    rules = _rules()
    given = {key: _values(text) for key, text in tags.items() if key in _keys()}
    found = {
        rule.rank: rule
        for key, values in given.items()
        for value in values
        for rule in rules.get((key, value), ())
        if rule.fits(given)
    }
    return _without_fallbacks([found[rank] for rank in sorted(found)])


def _without_fallbacks(rules: list[Rule]) -> list[Rule]:
    """Drop `shop=*` where a line about the very shop speaks, and `amenity=cafe` where one says which café."""
    kept: list[Rule] = []
    for rule in rules:
        key, value = rule.tags[0]
        if len(rule.tags) == 1 and any(
            other.tags[0][0] == key and value in (ANY, other.tags[0][1]) for other in kept
        ):
            continue
        kept.append(rule)
    return kept


@cache
def _rules() -> dict[tuple[str, str], list[Rule]]:
    rules: dict[tuple[str, str], list[Rule]] = {}
    for rank, (condition, types) in enumerate(table_rows("types.tsv")):
        pairs = [tuple(pair.split("=", 1)) for pair in condition.split(" ")]
        rule = Rule(rank, tuple((key, value) for key, value in pairs), tuple(types.split(" ")))
        rules.setdefault(rule.tags[0], []).append(rule)
    return rules


@cache
def _kinds_of(name: str) -> tuple[str, ...]:
    return tuple(
        kind
        for kind, members in table_rows("kinds.tsv")
        if kind != name and any(fnmatchcase(name, member) for member in members.split(" "))
    )


@cache
def _keys() -> frozenset[str]:
    return frozenset(key for rules in _rules().values() for rule in rules for key, _ in rule.tags)


def _values(text: str) -> list[str]:
    """Each of several values, and `ANY` unless all they say is no."""
    values = [value for part in text.split(";") if (value := part.strip().lower().replace(" ", "_"))]
    return [*values, ANY] if set(values) - {"no"} else values
