"""The arithmetic of rate limits in Lua: atomic, by the server's clock, in one round trip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import sha1
from importlib.resources import files
from itertools import chain
from typing import Any, Self

from attrs import define, field
from redis.exceptions import NoScriptError

from places_core.algorithms import Rate, parse_rates
from places_core.ports import Permit
from places_core.settings import LimiterSettings

from .multiplexer import Multiplexer


TICKS = 10_000_000  # in a second; see now.lua


def source(name: str) -> str:
    """Return the text of a Lua file of this package."""
    return files(__package__).joinpath("lua", f"{name}.lua").read_text()


def _ticks(seconds: float) -> int:
    return math.ceil(seconds * TICKS)


@define
class Script:
    """A script run by its hash, and sent in full only if the server does not have it."""

    text: str
    _sha: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sha = sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, redis: Multiplexer, key: bytes, *args: str | int) -> Any:
        try:
            return await redis.ask("EVALSHA", self._sha, 1, key, *args)
        except NoScriptError:
            return await redis.ask("EVAL", self.text, 1, key, *args)


@define
class Count:
    """How the server counts one or several rates under one key."""

    rates: tuple[Rate, ...]
    script: Script
    limits: tuple[int, ...]
    """The most that each rate allows at once."""
    arguments: tuple[str | int, ...]

    @classmethod
    def of(cls, limits: LimiterSettings, now: str = "") -> Self:
        """Choose the script; `now` is Lua that sets the time, by default from the server's clock."""
        rates = parse_rates(limits)
        each: list[tuple[str | int, ...]]
        if limits.algorithm == "token-bucket":
            name, most = "token_bucket", tuple(rate.burst for rate in rates)
            # The time that one call costs, rounded up so that the limit is never exceeded.
            each = [(r.text, _ticks(r.period / r.amount), r.burst) for r in rates]
        else:
            name, most = "sliding_window", tuple(rate.amount for rate in rates)
            each = [(r.text, _ticks(r.period), _ticks(r.slot) or 1, r.amount) for r in rates]
        arguments = tuple(chain.from_iterable(each))
        return cls(rates, Script((now or source("now")) + source(name)), most, arguments)

    def permit(self, reply: Sequence[int]) -> Permit:
        """Read a script's reply: after the wait, how much of each rate is used and when it is whole again."""
        left = [max(0, limit - used) for limit, used in zip(self.limits, reply[1::2], strict=True)]
        tightest = left.index(min(left))
        return Permit(self.limits[tightest], left[tightest], reply[2 * tightest + 2] / TICKS)
