"""The memory storage against a model, and what it keeps when it cannot keep everything."""

from __future__ import annotations

import random
import tracemalloc
from bisect import bisect
from itertools import accumulate

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from places_core.builtin.storage import MemoryStorage
from places_core.pipeline.envelope import Envelope
from places_core.testing import FakeClock


KEYS = st.sampled_from([f"key {number}" for number in range(12)])


class StorageMachine(RuleBasedStateMachine):
    """A storage for 8 entries and 4 kB, beside a dictionary that forgets nothing before its time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.storage = MemoryStorage(self.clock, max_entries=8, max_bytes=4_000)
        self.model: dict[str, tuple[float, bytes]] = {}

    @rule(key=KEYS, value=st.binary(max_size=12).map(lambda value: value * 30), ttl=st.floats(0.1, 10))
    def write(self, key: str, value: bytes, ttl: float) -> None:
        self.storage.write(key, value, ttl)
        self.model[key] = (self.clock.now + ttl, value)

    @rule(key=KEYS)
    def write_what_is_too_large(self, key: str) -> None:
        self.storage.write(key, bytes(4_000), 10)
        self.model.pop(key, None)

    @rule(key=KEYS)
    def read(self, key: str) -> None:
        end, value = self.model.get(key, (0.0, b""))

        assert self.storage.read(key) in ((None, value) if end > self.clock.now else (None,))

    @rule(key=KEYS)
    def forget(self, key: str) -> None:
        self.storage.forget(key)
        self.model.pop(key, None)

        assert self.storage.read(key) is None

    @rule(seconds=st.floats(0, 5))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def it_stays_within_its_bounds(self) -> None:
        assert len(self.storage) <= 8
        assert self.storage.size <= 4_000

    @invariant()
    def it_knows_its_size(self) -> None:
        live = {key: self.storage.read(key) for key in self.storage.matching("*")}

        assert self.storage.size >= sum(len(key) + len(value or b"") for key, value in live.items())

    @invariant()
    def without_evictions_nothing_is_lost(self) -> None:
        if not self.storage.evictions:
            live = {key for key, (end, _) in self.model.items() if end > self.clock.now}

            assert live == set(self.storage.matching("*"))


StorageMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestStorageAgainstAModel = StorageMachine.TestCase


def hit_ratio(entries: int, *, scans: bool) -> float:
    """Ask 100,000 times for 20,000 keys by Zipf's law, with or without keys that never come again."""
    chance, storage = random.Random(1), MemoryStorage(FakeClock(), entries)
    weights = list(accumulate(1 / rank for rank in range(1, 20_001)))
    asked = hits = 0
    for number in range(100_000):
        if scans and number % 20_000 == 10_000:
            for once in range(5_000):
                storage.write(f"scan {number} {once}", b"", 1)
        key = str(bisect(weights, chance.random() * weights[-1]))
        asked += 1
        if storage.read(key) is None:
            storage.write(key, b"", 1)
        else:
            hits += 1
    return hits / asked


def test_popular_keys_survive_a_scan() -> None:
    assert 0.72 < hit_ratio(2_000, scans=False)
    assert hit_ratio(2_000, scans=False) - hit_ratio(2_000, scans=True) < 0.03


def test_what_expired_is_counted_apart_from_what_was_evicted() -> None:
    clock = FakeClock()
    storage = MemoryStorage(clock, max_entries=2)
    storage.write("short", b"1", 1)
    storage.write("long", b"2", 60)
    clock.now += 2
    assert storage.read("short") is None
    storage.write("other", b"3", 1)
    clock.now += 2
    storage.write("crowds out the expired", b"4", 60)
    storage.write("crowds out one that lives", b"5", 60)

    assert (2, 1) == (storage.expired, storage.evictions)


@pytest.mark.parametrize("length", [0, 2_000])
def test_the_size_that_is_counted_is_what_the_memory_holds(length: int) -> None:
    storage = MemoryStorage(FakeClock(), max_entries=20_000)
    tracemalloc.start()
    try:
        for number in range(3_000):
            key = f"{number} {'k' * length}"
            storage.write(key, bytes(Envelope(key, "local", b"x" * length, 1.5, 2.5, 3.5)), 60)
            assert storage.read_as(key, Envelope.unsealed) is not None
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 0.7 * storage.size < held < storage.size


def test_the_bound_is_kept_however_long_the_keys_are() -> None:
    storage = MemoryStorage(FakeClock(), max_entries=10_000, max_bytes=100_000)
    for number in range(1_000):
        storage.write(f"{number} {'ä' * 2_000}", b"{}", 60)

    assert storage.size <= 100_000
    assert len(storage) < 100_000 / 2_000


def test_a_value_that_was_decoded_is_still_the_bytes_that_were_stored() -> None:
    storage = MemoryStorage(FakeClock(), max_entries=10)
    raw = bytes(Envelope("key", "local", b"{}", 1.5, 2.5, 3.5))
    storage.write("key", raw, 60)
    decoded = storage.read_as("key", Envelope.unsealed)

    assert decoded is storage.read_as("key", Envelope.unsealed)
    assert raw == storage.read("key")
