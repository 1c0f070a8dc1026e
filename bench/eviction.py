"""Eviction policies to compare the memory cache with."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from typing import Protocol

from attrs import Factory, define


class Policy(Protocol):
    def hit(self, key: str) -> bool:
        """Return whether the key was cached, and cache it if the policy admits it."""


@define
class Lru:
    size: int
    kept: OrderedDict[str, None] = Factory(OrderedDict)

    def hit(self, key: str) -> bool:
        found = key in self.kept
        self.kept[key] = None
        self.kept.move_to_end(key)
        if len(self.kept) > self.size:
            self.kept.popitem(last=False)
        return found


@define
class S3Fifo:
    """S3-FIFO (Yang et al., SOSP 2023): a small queue for new keys, a main queue and a ghost queue."""

    size: int
    uses: dict[str, int] = Factory(dict)
    small: deque[str] = Factory(deque)
    main: deque[str] = Factory(deque)
    ghosts: OrderedDict[str, None] = Factory(OrderedDict)

    def hit(self, key: str) -> bool:
        if key in self.uses:
            self.uses[key] = min(3, self.uses[key] + 1)
            return True
        if len(self.uses) >= self.size:
            self._evict()
        self.uses[key] = 0
        if self.ghosts.pop(key, self) is None:
            self.main.append(key)
        else:
            self.small.append(key)
        return False

    def _evict(self) -> None:
        while len(self.small) * 10 >= self.size or not self.main:
            key = self.small.popleft()
            if not self.uses[key]:
                self._forget(key)
                return
            self.uses[key] = 0
            self.main.append(key)
        while self.uses[key := self.main.popleft()]:
            self.uses[key] -= 1
            self.main.append(key)
        del self.uses[key]

    def _forget(self, key: str) -> None:
        del self.uses[key]
        self.ghosts[key] = None
        if len(self.ghosts) > self.size:
            self.ghosts.popitem(last=False)


@define
class TinyLfu:
    """W-TinyLFU (Einziger et al.): the more frequent key stays; exact counts, aged by halving."""

    size: int
    seen: Counter[str] = Factory(Counter)
    asked: int = 0
    window: OrderedDict[str, None] = Factory(OrderedDict)
    trial: OrderedDict[str, None] = Factory(OrderedDict)
    settled: OrderedDict[str, None] = Factory(OrderedDict)

    def hit(self, key: str) -> bool:
        self._count(key)
        if key in self.window:
            self.window.move_to_end(key)
        elif key in self.settled:
            self.settled.move_to_end(key)
        elif key in self.trial:
            del self.trial[key]
            self.settled[key] = None
            if len(self.settled) > self.size * 0.99 * 0.8:
                self.trial[self.settled.popitem(last=False)[0]] = None
        else:
            self._admit(key)
            return False
        return True

    def _admit(self, key: str) -> None:
        self.window[key] = None
        if len(self.window) <= max(1, self.size // 100):
            return
        candidate, _ = self.window.popitem(last=False)
        if len(self.window) + len(self.trial) + len(self.settled) < self.size:
            self.trial[candidate] = None
            return
        victim = next(iter(self.trial))
        if self.seen[candidate] > self.seen[victim]:
            del self.trial[victim]
            self.trial[candidate] = None

    def _count(self, key: str) -> None:
        self.seen[key] += 1
        self.asked += 1
        if self.asked >= 10 * self.size:
            self.asked //= 2
            self.seen = Counter({each: count // 2 for each, count in self.seen.items() if count > 1})
