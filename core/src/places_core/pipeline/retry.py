"""Retry what may work the next time, within the deadline and a retry budget."""

from __future__ import annotations

import random
from collections.abc import Callable

from attrs import define, field

from ..answer import Answer
from ..clock import Clock
from ..deadline import time_left
from ..errors import CircuitOpen, KeyRefused, Throttled, Unavailable
from ..models import Query
from ..settings import RetrySettings
from . import Proceed


@define
class Budget:
    """Allows `ratio` retries for each call on average; two are lent at the start and paid back first."""

    ratio: float
    most: float = 10.0
    _balance: float = field(init=False, default=2.0)
    _debt: float = field(init=False, default=2.0)

    def earn(self) -> None:
        if self._debt > 0:
            self._debt -= self.ratio
        else:
            self._balance = min(self.most, self._balance + self.ratio)

    def spend(self) -> bool:
        if self.ratio == 0 or self._balance < 1:
            return False
        self._balance -= 1
        return True


@define
class Retry:
    settings: RetrySettings
    clock: Clock
    random: Callable[[], float] = random.random
    _budget: Budget = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._budget = Budget(self.settings.budget)

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        self._budget.earn()
        attempt = 1
        while True:
            try:
                return await proceed(query)
            except (CircuitOpen, KeyRefused):
                raise
            except (Unavailable, Throttled) as error:
                wait = self._wait(attempt, error.retry_after)
                if attempt >= self.settings.attempts or not self._worth(wait):
                    raise
            await self.clock.sleep(wait)
            attempt += 1

    def _worth(self, wait: float) -> bool:
        return wait < time_left() and self._budget.spend()

    def _wait(self, attempt: int, asked: float | None) -> float:
        """Wait as the provider asked; else full jitter under a doubling ceiling."""
        if asked is not None:
            return asked
        return self.random() * min(self.settings.cap, self.settings.base * 2.0 ** (attempt - 1))
