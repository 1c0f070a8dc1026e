"""Row 14: the hit ratio when many people type the same queries, each in their own spelling and location."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import cos, radians

from attrs import frozen

from .harness import Finding
from .inside import opened


PEOPLE, SPOTS, NEARBY = 10_000, 100, 10.0
"""Queries, the spots where they are asked, and the distance between people at one spot in metres."""
WORDS = ("Coffee", "café", "Pizza", "sushi bar", "Pharmacy", "ATM", "Hotel", "Parkplatz", "supermarket")
METRES = 111_320.0  # per degree of latitude


@frozen
class Asked:
    text: str
    near: tuple[float, float]


def measure() -> Iterable[Finding]:
    stream = typed()
    with asyncio.Runner() as runner, opened(runner) as places:

        async def ask() -> int:
            answers = [await places.search_text(each.text, near=each.near, radius=500) for each in stream]
            return sum(answer.trace.cache == "hit" for answer in answers)

        hits = runner.run(ask())
    ours, raw = 100 * hits / PEOPLE, 100 * (1 - len(set(stream)) / PEOPLE)
    what, floor = "hit ratio, many spellings", f"fixed goal; raw key {raw:.1f} %"
    yield Finding(14, what, floor, ours, 80.0, "%", ">= 1.0")


def typed() -> Sequence[Asked]:
    """Return queries at spots drawn by Zipf's law, with texts drawn uniformly."""
    rng = random.Random(14)
    spots = [(rng.uniform(60.10, 60.30), rng.uniform(24.70, 25.20)) for _ in range(SPOTS)]
    weights = list(accumulate(1 / rank for rank in range(1, SPOTS + 1)))
    chosen = rng.choices(spots, cum_weights=weights, k=PEOPLE)
    return [Asked(_spelt(rng, rng.choice(WORDS)), _beside(rng, spot)) for spot in chosen]


def _spelt(rng: random.Random, text: str) -> str:
    """Vary the case, add stray blanks and, in some cases, use full-width letters."""
    spelt = rng.choice((str, str.lower, str.upper, str.title))(text)
    spelt = rng.choice(("", " ")) + spelt.replace(" ", rng.choice((" ", "  "))) + rng.choice(("", "", " "))
    if rng.random() < 0.1:
        spelt = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in spelt)
    return spelt


def _beside(rng: random.Random, spot: tuple[float, float]) -> tuple[float, float]:
    north, east = rng.gauss(0, NEARBY) / METRES, rng.gauss(0, NEARBY) / METRES / cos(radians(spot[0]))
    return round(spot[0] + north, 6), round(spot[1] + east, 6)
