"""The cache as the stages see it: what may be kept, for how long, and what is still usable."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b

from attrs import define, field

from ..answer import Answer
from ..clock import Clock
from ..errors import NotFound
from ..events import CacheState, Trace
from ..models import Query
from ..ports import Backend, Cache, Terms
from ..settings import CacheSettings
from .envelope import ANSWER, NOT_FOUND, VERSION, Envelope, is_empty
from .refresher import Refresher
from .retention import allowed_seconds
from .watchdog import PartDown, Watchdog


log = logging.getLogger("places.cache")

_JSON = "application/json"
_TOLERANCE = 1.0  # seconds that the clocks of processes which share a cache may differ


@define
class AnswerCache:
    """One cache provider with the rules of this stack; a provider that fails counts as a miss."""

    cache: Cache
    settings: CacheSettings
    backends: Sequence[Backend]
    """In the order they are asked."""
    clock: Clock
    monitor: Watchdog
    refresher: Refresher
    random: Callable[[], float] = random.random
    now: Callable[[], float] = field(init=False)
    """The clock of the cache, which the times in an envelope are on."""
    _scope: str = field(init=False)
    _terms: Mapping[str, Terms] = field(init=False)

    def __attrs_post_init__(self) -> None:
        source = self.cache.time_source(self.clock)
        self.now = source if self.cache.in_process else partial(self._time, source)
        self._scope = scope_of(self.backends)
        self._terms = {backend.name: backend.terms for backend in self.backends}

    def _time(self, source: Callable[[], float]) -> float:
        try:
            return source()
        except Exception as error:  # noqa: BLE001 - a broken provider must not break the answer
            self.monitor.failed(error, "tell the time")
            return self.clock.time()

    def key(self, query: Query) -> str | None:
        """Return the cache key, or None if the answer must not be cached."""
        key = query.shared_key
        return None if key is None else key + self._scope

    def peek(self, key: str) -> Envelope | None:
        """Read from the memory of this process only."""
        try:
            return self.cache.peek_as(key, self._unsealed)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - nobody can cancel what never waits
            self.monitor.failed(error, "read")
            return None

    async def read(self, key: str) -> Envelope | None:
        """Read from the provider, wherever it keeps its values."""
        if self.cache.in_process:
            return self.peek(key)
        try:
            return await self.monitor.ask(self._read, key, operation="read")
        except PartDown:
            return None

    async def _read(self, key: str) -> Envelope | None:
        raw = await self.cache.get(key)
        return None if raw is None else self._unsealed(key, raw)

    def _unsealed(self, key: str, raw: bytes) -> Envelope:
        """Open a stored value; what was stored in the future, so that its age is unknown, has expired."""
        envelope = Envelope.unsealed(key, raw)
        if envelope.stored > self.now() + _TOLERANCE:
            envelope.fresh_until = envelope.stale_until = 0.0
        return envelope

    async def write(self, key: str, answer: Answer) -> None:
        """Keep an answer as long as the settings and the backend's terms allow."""
        name, terms = answer.trace.backend, self._terms[answer.trace.backend]
        settings, allowed = self.settings, allowed_seconds(answer.query, terms)
        substitute = bool(answer.trace.fallbacks)
        ttl = settings.negative_ttl if substitute or is_empty(answer.body) else settings.ttl
        stale, beyond = (0.0, 0.0) if substitute else (settings.stale, settings.stale_if_error)
        await self._store(key, name, answer.body, ANSWER, (ttl, stale, beyond), allowed)

    async def write_not_found(self, key: str, error: NotFound) -> None:
        """Keep the fact that there is no such place, for the negative ttl."""
        body = str(error).encode()
        await self._store(
            key, "", body, NOT_FOUND, (self.settings.negative_ttl, 0.0, 0.0), self.settings.negative_ttl
        )

    async def _store(
        self,
        key: str,
        backend: str,
        body: bytes,
        kind: int,
        spans: tuple[float, float, float],
        allowed: float,
    ) -> None:
        ttl, stale, beyond = [min(span, allowed) for span in spans]
        if ttl <= 0:
            return
        ttl *= 1 - self.settings.jitter * self.random()
        now = self.now()
        envelope = Envelope(key, backend, body, now, now + ttl, now + min(ttl + stale, allowed), kind)
        log.debug("keeping %s for %.0f s", key, ttl)
        with contextlib.suppress(PartDown):
            kept_for = min(ttl + max(stale, beyond), allowed)
            await self.monitor.ask(self.cache.set, key, bytes(envelope), kept_for, operation="write")

    def to_answer(self, envelope: Envelope, query: Query, state: CacheState, now: float) -> Answer:
        """Return what was cached as an answer, or raise the `NotFound` that was cached."""
        age = now - envelope.stored
        trace = Trace(envelope.backend, state, age if age > 0 else 0.0)
        if envelope.kind == NOT_FOUND:
            error = NotFound(envelope.body.decode())
            error.trace = trace
            raise error
        terms = self._terms.get(envelope.backend)
        attribution = terms.attribution if terms else ""
        return Answer(envelope.body, query, trace, _JSON, attribution)

    def serve(self, envelope: Envelope, key: str, query: Query) -> Answer | None:
        """Serve what is fresh, and what is stale while one refresh runs; None if it is too old."""
        now = self.now()
        if now < envelope.fresh_until:
            return self.to_answer(envelope, query, "hit", now)
        if now < envelope.stale_until:
            self.refresher.start(key, query)
            return self.to_answer(envelope, query, "stale", now)
        return None


def scope_of(backends: Sequence[Backend]) -> str:
    """Return the end of every key: who answers, by name and, as a digest, by edition."""
    names = ",".join([backend.name for backend in backends])
    told = repr((VERSION, [(backend.name, backend.edition()) for backend in backends]))
    return f"@{names}#{blake2b(told.encode(), digest_size=8).hexdigest()}"
