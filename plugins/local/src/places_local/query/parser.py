"""What a text asks for: words that occur in names, and phrases that stand for a category of places."""

from __future__ import annotations

from functools import cache

from attrs import evolve, frozen

from places_core.models.place_types import TABLE_A, TABLE_B

from ..data import table_rows
from ..index.normalize import tokenize


MAX_PHRASE = 4
STOP_WORDS = frozenset(
    """
    a an and are any around at best by cheap close closest find for good great in is me my near nearby nearest
    nice of on open or place places please popular show some somewhere the to top what where which with within
    now today tonight here want i la le les de der die das den und et el en och ja
    """.split()
)

Phrase = tuple[str, ...]


@frozen
class Term:
    """A phrase, the types that it stands for, and whether it says where to look, as in "in Paris"."""

    words: Phrase
    types: tuple[str, ...] = ()
    is_location: bool = False


@frozen
class ParsedQuery:
    """The words of a text, and the terms that they form."""

    words: Phrase
    terms: tuple[Term, ...]

    @property
    def is_categorical(self) -> bool:
        """Whether it asks for a category of places and nothing else, as in "coffee near me"."""
        return all(term.types for term in self.terms)


def parse(text: str) -> ParsedQuery:
    """Split a text into the longest phrases that stand for types, and single words; drop the stop words."""
    words = tuple(tokenize(text))
    terms: list[Term] = []
    at = 0
    while at < len(words):
        term = _term_at(words, at)
        terms.append(evolve(term, is_location=not term.types and words[at - 1 : at] == ("in",)))
        at += len(term.words)
    significant = [term for term in terms if term.types or term.words[0] not in STOP_WORDS]
    return ParsedQuery(words, tuple(dict.fromkeys(significant or terms)))


def categories_starting(text: str) -> list[str]:
    """Return the category phrases that start with `text`: names of types first, short before long."""
    start = " ".join(tokenize(text))
    phrases = map(" ".join, _types_of_phrases()) if start else ()
    found = [phrase for phrase in phrases if phrase.startswith(start)]
    return sorted(found, key=lambda phrase: (phrase.replace(" ", "_") not in TABLE_A, len(phrase), phrase))


def _term_at(words: Phrase, at: int) -> Term:
    types_of = _types_of_phrases()
    for length in range(min(MAX_PHRASE, len(words) - at), 0, -1):
        phrase = words[at : at + length]
        if types := types_of.get(phrase):
            return Term(phrase, types)
    return Term((words[at],))


@cache
def _types_of_phrases() -> dict[Phrase, tuple[str, ...]]:
    found: dict[Phrase, list[str]] = {}
    for name in TABLE_A | TABLE_B:
        for phrase in _spellings(name):
            found.setdefault(phrase, []).append(name)
    for types, synonyms in table_rows("synonyms.tsv"):
        for text in synonyms.split(","):
            if phrase := tuple(tokenize(text)):
                found.setdefault(phrase, []).extend(types.split(" "))
    return {
        phrase: tuple(dict.fromkeys(types)) for phrase, types in found.items() if len(phrase) <= MAX_PHRASE
    }


def _spellings(name: str) -> list[Phrase]:
    """Return a type's name in singular and plural; "restaurant" may be omitted after a cuisine."""
    phrase = tuple(name.split("_"))
    last = phrase[-1]
    plural = f"{last[:-1]}ies" if last.endswith("y") and last[-2] not in "aeiou" else f"{last}s"
    plural = f"{last}es" if last.endswith(("s", "ch", "sh")) else plural
    forms = [phrase, (*phrase[:-1], plural)]
    return [*forms, phrase[:-1]] if last == "restaurant" and len(phrase) > 1 else forms
