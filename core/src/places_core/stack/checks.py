"""The parts of a stack that are asked how they are doing, each in the background."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

from attrs import define, frozen

from ..pipeline.components import Components
from ..ports import Health, Limiter
from ..telemetry.background_check import BackgroundCheck


log = logging.getLogger("places.stack")

FRESH = 5.0
"""Seconds for which the health of a backend is not asked again."""


@frozen
class Checks:
    """The checks behind the status; none of them decides whether the stack is ready."""

    health: Mapping[str, BackgroundCheck[Health]]
    """By the name of the backend."""
    breaker: Mapping[str, BackgroundCheck[str]]
    cache: BackgroundCheck[Mapping[str, float]]
    limiter: BackgroundCheck[str]
    """Its warning."""

    @classmethod
    def of(cls, components: Components) -> Self:
        clock, names = components.clock, [backend.name for backend in components.backends]
        return cls(
            {each.name: BackgroundCheck(each.health, clock, FRESH) for each in components.backends},
            {name: BackgroundCheck(partial(components.breaker.state, name), clock) for name in names},
            BackgroundCheck(components.cache.stats, clock),
            BackgroundCheck(_LoggedWarning(components.limiter), clock),
        )

    def begin(self) -> None:
        """Ask the limiter for its warning, which belongs in the log even if nobody asks for the status."""
        self.limiter.begin()

    async def close(self) -> None:
        """Cancel the checks that still run."""
        checks: list[BackgroundCheck[Any]] = [*self.health.values(), *self.breaker.values()]
        for check in (*checks, self.cache, self.limiter):
            await check.close()


@define
class _LoggedWarning:
    """Asks a limiter for its warning, and logs one that is new."""

    limiter: Limiter
    _last: str = ""

    async def __call__(self) -> str:
        warning = await self.limiter.warning()
        if warning and warning != self._last:
            log.warning("limiter.%s: %s", self.limiter.name, warning)
        self._last = warning
        return warning
