"""The arithmetic of limits as Redis runs it: atomically, by the server's clock, in one round trip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import sha1
from importlib.resources import files
from typing import Any

from attrs import define, field, frozen
from redis.exceptions import NoScriptError

from places_core.builtin.rates import Rate
from places_core.ports import Permit

from .link import Link


TICKS = 10_000_000  # in a second; see now.lua


def source(name: str) -> str:
    """Give the text of a Lua file of this package."""
    return files(__package__).joinpath("lua", f"{name}.lua").read_text()


@define
class Script:
    """A script that the server is told by its hash, and in full only when it has forgotten it."""

    text: str
    _sha: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sha = sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, link: Link, key: str, *args: str | int) -> Any:
        try:
            return await link.ask("EVALSHA", self._sha, 1, key, *args)
        except NoScriptError:
            return await link.ask("EVAL", self.text, 1, key, *args)


@frozen
class TokenBucket:
    """How the server keeps the buckets of one key: a number for each rate."""

    rates: tuple[Rate, ...]
    clock: str = field(factory=lambda: source("now"))
    """Lua that sets `now`."""

    @property
    def script(self) -> Script:
        return Script(self.clock + source("token_bucket"))

    @property
    def most(self) -> int:
        """What a call may cost at all."""
        return min(rate.burst for rate in self.rates)

    @property
    def arguments(self) -> Sequence[str | int]:
        return [part for rate in self.rates for part in (rate.text, _interval(rate), rate.burst)]

    def permit(self, reply: Sequence[int]) -> Permit:
        left = [
            (rate.burst - math.ceil(full / _interval(rate)), rate.burst, full)
            for rate, full in zip(self.rates, reply[1:], strict=True)
        ]
        remaining, limit, full = min(left)
        return Permit(limit, remaining, full / TICKS)


@frozen
class SlidingWindow:
    """How the server keeps the windows of one key: a log that all rates share."""

    rates: tuple[Rate, ...]
    clock: str = field(factory=lambda: source("now"))
    """Lua that sets `now`."""

    @property
    def script(self) -> Script:
        return Script(self.clock + source("sliding_window"))

    @property
    def most(self) -> int:
        """What a call may cost at all."""
        return min(rate.amount for rate in self.rates)

    @property
    def arguments(self) -> Sequence[str | int]:
        return [part for rate in self.rates for part in (rate.text, _period(rate), rate.amount)]

    def permit(self, reply: Sequence[int]) -> Permit:
        left = [
            (rate.amount - used, rate.amount, whole)
            for rate, used, whole in zip(self.rates, reply[1::2], reply[2::2], strict=True)
        ]
        remaining, limit, whole = min(left)
        return Permit(limit, remaining, whole / TICKS)


def _interval(rate: Rate) -> int:
    """The time that one call is worth; rounded up, so that the limit is never passed."""
    return math.ceil(rate.period * TICKS / rate.amount)


def _period(rate: Rate) -> int:
    return math.ceil(rate.period * TICKS)
