"""Row 13: the hit ratio of the memory cache for Zipf(1.0) over 100,000 keys."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate

from attrs import define

from places_core.builtin.storage import MemoryStorage
from places_core.clock import SystemClock

from .eviction import Lru, Policy, S3Fifo, TinyLfu
from .harness import Finding


KEYS, REQUESTS, SIZES = 100_000, 300_000, (1_000, 10_000)
POINT = 1.0


@define
class Ours:
    storage: MemoryStorage

    def hit(self, key: str) -> bool:
        found = self.storage.read(key) is not None
        if not found:
            self.storage.write(key, b"answer", 3600.0)
        return found


def measure() -> Iterable[Finding]:
    asked = zipf()
    for size in SIZES:
        ours = percent(Ours(MemoryStorage(SystemClock(), size)), asked)
        best = max(percent(S3Fifo(size), asked), percent(TinyLfu(size), asked))
        what = f"hit ratio, {size:,} of {KEYS:,} keys"
        yield Finding(13, what, "W-TinyLFU or S3-FIFO, minus 1 point", ours, best - POINT, "%", ">= 1.0")
        yield Finding(13, what, "LRU", ours, percent(Lru(size), asked), "%", ">= 1.0")


def zipf() -> Sequence[str]:
    weights = list(accumulate(1 / rank for rank in range(1, KEYS + 1)))
    keys = [f"search_text:{number}" for number in range(KEYS)]
    return random.Random(13).choices(keys, cum_weights=weights, k=REQUESTS)


def percent(policy: Policy, asked: Sequence[str]) -> float:
    return 100 * sum(policy.hit(key) for key in asked) / len(asked)
