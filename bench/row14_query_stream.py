"""Row 14: the same questions typed by many people, each in his own way and from where he stands."""

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
"""So many questions; asked at so many spots, by people who stand some metres from each other."""
WORDS = ("Coffee", "café", "Pizza", "sushi bar", "Pharmacy", "ATM", "Hotel", "Parkplatz", "supermarket")
METRES = 111_320.0  # in a degree of latitude


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
    what, floor = "hit ratio, typed by many people", f"the goal itself; raw key {raw:.1f} %"
    yield Finding(14, what, floor, ours, 80.0, "%", ">= 1.0")


def typed() -> Sequence[Asked]:
    """Draw spots by Zipf's law, and what is asked there evenly."""
    rng = random.Random(14)
    spots = [(rng.uniform(60.10, 60.30), rng.uniform(24.70, 25.20)) for _ in range(SPOTS)]
    weights = list(accumulate(1 / rank for rank in range(1, SPOTS + 1)))
    chosen = rng.choices(spots, cum_weights=weights, k=PEOPLE)
    return [Asked(_spelt(rng, rng.choice(WORDS)), _beside(rng, spot)) for spot in chosen]


def _spelt(rng: random.Random, text: str) -> str:
    """Type it in some case, with stray blanks, and now and then in full-width letters."""
    spelt = rng.choice((str, str.lower, str.upper, str.title))(text)
    spelt = rng.choice(("", " ")) + spelt.replace(" ", rng.choice((" ", "  "))) + rng.choice(("", "", " "))
    if rng.random() < 0.1:
        spelt = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in spelt)
    return spelt


def _beside(rng: random.Random, spot: tuple[float, float]) -> tuple[float, float]:
    north, east = rng.gauss(0, NEARBY) / METRES, rng.gauss(0, NEARBY) / METRES / cos(radians(spot[0]))
    return round(spot[0] + north, 6), round(spot[1] + east, 6)
