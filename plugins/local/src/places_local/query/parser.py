"""What a typed text asks for: words that stand in names, and words that stand for a kind of place."""

from __future__ import annotations

from functools import cache

from attrs import evolve, frozen

from places_core.models.place_types import TABLE_A, TABLE_B

from ..data import table_rows
from ..index.normalize import words


LONGEST = 4
FILLERS = frozenset(
    """
    a an and are any around at best by cheap close closest find for good great in is me my near nearby nearest
    nice of on open or place places please popular show some somewhere the to top what where which with within
    now today tonight here want i la le les de der die das den und et el en och ja
    """.split()
)

Phrase = tuple[str, ...]


@frozen
class Unit:
    """Words that belong together, the types that they stand for, and whether they say where: "in Paris"."""

    words: Phrase
    types: tuple[str, ...] = ()
    is_where: bool = False


@frozen
class Wish:
    """A text as far as it is understood."""

    words: Phrase
    units: tuple[Unit, ...]

    @property
    def of_a_kind(self) -> bool:
        """Whether nothing but a kind of place is asked for, as in "coffee near me"."""
        return all(unit.types for unit in self.units)


def understand(text: str) -> Wish:
    """Split a text into the longest phrases that stand for types, and single words."""
    typed = tuple(words(text))
    units: list[Unit] = []
    at = 0
    while at < len(typed):
        unit = _unit_at(typed, at)
        units.append(evolve(unit, is_where=not unit.types and typed[at - 1 : at] == ("in",)))
        at += len(unit.words)
    telling = [unit for unit in units if unit.types or unit.words[0] not in FILLERS]
    return Wish(typed, tuple(dict.fromkeys(telling or units)))


def phrases_starting(text: str) -> list[str]:
    """Phrases for kinds of place that begin like `text`: names of types first, short before long."""
    start = " ".join(words(text))
    found = [phrase for phrase in map(" ".join, _synonyms()) if phrase.startswith(start)] if start else []
    return sorted(found, key=lambda phrase: (phrase.replace(" ", "_") not in TABLE_A, len(phrase), phrase))


def _unit_at(typed: Phrase, at: int) -> Unit:
    synonyms = _synonyms()
    for length in range(min(LONGEST, len(typed) - at), 0, -1):
        phrase = typed[at : at + length]
        if types := synonyms.get(phrase):
            return Unit(phrase, types)
    return Unit((typed[at],))


@cache
def _synonyms() -> dict[Phrase, tuple[str, ...]]:
    found: dict[Phrase, list[str]] = {}
    for name in TABLE_A | TABLE_B:
        for phrase in _forms(name.replace("_", " ")):
            found.setdefault(phrase, []).append(name)
    for types, spoken in table_rows("synonyms.tsv"):
        for text in spoken.split(","):
            if phrase := tuple(words(text)):
                found.setdefault(phrase, []).extend(types.split(" "))
    return {phrase: tuple(dict.fromkeys(types)) for phrase, types in found.items() if len(phrase) <= LONGEST}


def _forms(text: str) -> list[Phrase]:
    """A type's name in the singular and the plural; "restaurant" may be left out behind a cuisine."""
    phrase = tuple(text.split(" "))
    last = phrase[-1]
    plural = f"{last[:-1]}ies" if last.endswith("y") and last[-2] not in "aeiou" else f"{last}s"
    plural = f"{last}es" if last.endswith(("s", "ch", "sh")) else plural
    forms = [phrase, (*phrase[:-1], plural)]
    return [*forms, phrase[:-1]] if last == "restaurant" and len(phrase) > 1 else forms
