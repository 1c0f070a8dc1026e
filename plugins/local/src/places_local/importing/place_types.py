"""From OpenStreetMap's tags to Google's place types."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from attrs import frozen

from ..data import table_rows


ANY = "*"
GENERIC, BUILDING = "point_of_interest", "premise"

Values = Mapping[str, list[str]]


@frozen
class Rule:
    """One line of `types.tsv`: a place with all these tags has these types."""

    rank: int
    tags: tuple[tuple[str, str], ...]
    types: tuple[str, ...]

    def matches(self, values: Values) -> bool:
        return all(value in values.get(key, ()) for key, value in self.tags)


def types_of(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return Google's types of a place, the primary one first, followed by those that they imply."""
    own = list(dict.fromkeys(name for rule in _matching_rules(tags) for name in rule.types))
    if not own:
        return ()
    whole = [name for name in own if name != BUILDING] or own
    for name in whole:
        whole.extend(implied for implied in _implied_by(name) if implied not in whole)
    whole = [name for name in whole if name != GENERIC]
    return (*whole, GENERIC) if "political" in whole else (*whole, GENERIC, "establishment")


def _matching_rules(tags: Mapping[str, str]) -> list[Rule]:
    rules = _rules()
    tag_values = {key: _split_values(text) for key, text in tags.items() if key in _keys()}
    found = {
        rule.rank: rule
        for key, values in tag_values.items()
        for value in values
        for rule in rules.get((key, value), ())
        if rule.matches(tag_values)
    }
    return _without_fallbacks([found[rank] for rank in sorted(found)])


def _without_fallbacks(rules: list[Rule]) -> list[Rule]:
    """Drop `shop=*` where a rule names the kind of shop, `amenity=cafe` where one names the kind of café."""
    kept: list[Rule] = []
    for rule in rules:
        key, value = rule.tags[0]
        named = any(other.tags[0][0] == key and value in (ANY, other.tags[0][1]) for other in kept)
        if len(rule.tags) > 1 or not named:
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
def _implied_by(name: str) -> tuple[str, ...]:
    return tuple(
        implied
        for implied, members in table_rows("kinds.tsv")
        if implied != name and any(fnmatchcase(name, member) for member in members.split(" "))
    )


@cache
def _keys() -> frozenset[str]:
    return frozenset(key for rules in _rules().values() for rule in rules for key, _ in rule.tags)


def _split_values(text: str) -> list[str]:
    """Return the values of a tag, followed by `ANY` unless the only value is no."""
    values = [value for part in text.split(";") if (value := part.strip().lower().replace(" ", "_"))]
    return [*values, ANY] if set(values) - {"no"} else values
