"""The names that were probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise


_LONGEST = 80
_CANDIDATES = 30
_ABBREVIATION = range(2, 5)
_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|__|[ .-]")


def alike(given: object, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names most like `given`, best first, whatever their case and separators.

    Where none is like it, those with a word that begins with it, or which it abbreviates as `lng` does
    `longitude`.
    """
    plain = {_snake(name): name for name in known}
    wanted = _snake(str(given)[:_LONGEST])
    found = (
        get_close_matches(wanted, _candidates(wanted, plain), n=most, cutoff=0.6)
        or sorted((name for name in plain if len(wanted) > 2 and f"_{wanted}" in f"_{name}"), key=len)
        or sorted((name for name in plain if _abbreviates(wanted, name)), key=len)
    )
    return [plain[name] for name in found[:most]]


def nearest(given: object, known: Iterable[str]) -> str | None:
    """Return the known name most like `given`; None where none is like it."""
    return next(iter(alike(given, known, most=1)), None)


def meant(given: str, known: Iterable[str]) -> str:
    """Return the half sentence `; did you mean X?`, or nothing."""
    name = nearest(given, known)
    return f"; did you mean {name}?" if name else ""


def _candidates(wanted: str, names: Iterable[str]) -> list[str]:
    """Return the names with the most pairs of letters in common: difflib takes milliseconds for hundreds."""
    pairs = _pairs(wanted)
    return nlargest(_CANDIDATES, names, key=lambda name: len(pairs & _pairs(name)) / len(wanted + name))


@lru_cache(maxsize=4096)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(name)))


@lru_cache(maxsize=4096)
def _snake(name: str) -> str:
    return _BETWEEN_WORDS.sub("_", name).lower()


def _abbreviates(short: str, name: str) -> bool:
    letters = iter(name)
    return len(short) in _ABBREVIATION and name[:1] == short[0] and all(each in letters for each in short)
