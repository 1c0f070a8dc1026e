"""The key ring: keys used in turn, renewed from their source, and set aside if Google refuses them."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence

from attrs import define, field

from places_core.clock import Clock
from places_core.deadline import time_left
from places_core.errors import ConfigError
from places_core.logs import register_secret
from places_core.ports import KeySource


log = logging.getLogger("places_google")

OWNER = "google"
LOOK_EVERY = 0.5
FIRST_PATIENCE, PATIENCE = 10.0, 1.0  # seconds to wait for the source
REST_OF_SOURCE = 10.0  # seconds until a source that hung is asked again
REST = 600.0
_KEY = re.compile(r"[!-~]+")


@define(eq=False)
class Key:
    """One key and its state; its `repr` shows only its number."""

    value: str = field(repr=False)
    number: int
    aside_until: float = 0.0
    reason: str = ""


@define
class KeyRing:
    """Hands out the keys in turn; a refused key is set aside, unless there is no other."""

    _source: KeySource = field(repr=False)
    _clock: Clock
    _keys: list[Key] = field(factory=list)
    _turn: int = 0
    _look_at: float = 0.0
    _source_rests_until: float = 0.0
    _stumbled: bool = False

    @classmethod
    async def of(cls, source: KeySource, clock: Clock) -> KeyRing:
        """Load the keys for the first time; raises `ConfigError` if there are none."""
        ring = cls(source, clock, look_at=clock.monotonic() + LOOK_EVERY)
        try:
            ring._take(await ring._ask(FIRST_PATIENCE))
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"plugins.google: the key source {source.name!r} has no key: {error}"
            ) from error
        if not ring._keys:
            raise ConfigError(
                "plugins.google.api_key: is not set. Set GOOGLE_API_KEY, or GOOGLE_API_KEY_FILE to a file"
                f" with the key (key source: {source.name!r})"
            )
        return ring

    async def next(self) -> Key:
        """Return the next key in turn that is not set aside, or else the one set aside first."""
        await self._renew()
        now = self._clock.monotonic()
        awake = [key for key in self._keys if key.aside_until <= now]
        if not awake:
            return min(self._keys, key=lambda key: key.aside_until)
        self._turn += 1
        return awake[self._turn % len(awake)]

    async def set_aside(self, key: Key, reason: str) -> None:
        """Set a refused key aside, and ask the source at once whether it has another."""
        if key in self._keys:
            if not key.reason:
                level = self._level(key)
                others = f"is set aside for {REST / 60:.0f} minutes"
                then = others if level == logging.WARNING else "stays in use, as there is no other"
                text = "Google refused API key %d of %d (%s); it %s"
                log.log(level, text, key.number, len(self._keys), reason, then)
            key.reason, key.aside_until = reason, self._clock.monotonic() + REST
        self._look_at = 0.0
        await self._renew()

    def has_untried(self, tried: Collection[str]) -> bool:
        """Whether a key is neither set aside nor among those tried."""
        now = self._clock.monotonic()
        return any(key.aside_until <= now and key.value not in tried for key in self._keys)

    def accepted(self, key: Key) -> None:
        """Note that Google accepts the key, and log if it had been refused."""
        if key.reason:
            log.log(self._level(key), "API key %d of %d accepted again", key.number, len(self._keys))
            key.reason, key.aside_until = "", 0.0

    def describe(self) -> str:
        """Count the keys, with the reasons for those set aside."""
        aside = [key for key in self._keys if key.reason]
        counted = f"{len(self._keys)} API key{'s' if len(self._keys) > 1 else ''}"
        reasons = ", ".join(dict.fromkeys(key.reason for key in aside))
        return f"{counted}, {len(aside)} refused ({reasons})" if aside else counted

    @property
    def usable(self) -> bool:
        return any(not key.reason for key in self._keys)

    def _level(self, key: Key) -> int:
        """Warn while other keys are in use; where there is none, the stack warns of the refusal itself."""
        others = any(not other.reason for other in self._keys if other is not key)
        return logging.WARNING if others else logging.INFO

    async def _renew(self) -> None:
        """Ask the source again every half second; one caller does, the others go on with the current keys."""
        now = self._clock.monotonic()
        if now < max(self._look_at, self._source_rests_until):
            return
        self._look_at = now + LOOK_EVERY
        try:
            self._take(await self._ask(min(PATIENCE, max(0.05, time_left() / 10))))
        except Exception as error:  # noqa: BLE001 - a source that fails costs no request while there are keys
            self._stumble(f"{type(error).__name__}: {error}")
        else:
            self._stumbled = False

    async def _ask(self, patience: float) -> Sequence[str]:
        try:
            async with self._clock.timeout(patience):
                return await self._source.keys(OWNER)
        except TimeoutError as error:
            self._source_rests_until = self._clock.monotonic() + REST_OF_SOURCE
            raise TimeoutError(f"no answer within {patience:.3g} s") from error

    def _take(self, values: Sequence[str]) -> None:
        if any(not _KEY.fullmatch(value) for value in values):
            raise ValueError("a key has characters that an HTTP header cannot carry")
        if not values and self._keys:  # a file that is being written is empty for a moment
            raise ValueError("it has no key")
        if list(values) == [key.value for key in self._keys]:
            return
        for value in values:
            register_secret(value)
        if self._keys:
            log.info("API keys replaced; there are now %d", len(values))
        known = {key.value: key for key in self._keys}
        self._keys = [known.get(value) or Key(value, 0) for value in values]
        for number, key in enumerate(self._keys, start=1):
            key.number = number

    def _stumble(self, reason: str) -> None:
        if not self._stumbled:
            log.warning(
                "The key source %r failed; the previous keys stay in use: %s", self._source.name, reason
            )
        self._stumbled = True
