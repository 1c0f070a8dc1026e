"""The cache as the stages see it: what may be kept, for how long, and what is still usable."""

from __future__ import annotations

import contextlib
import logging
import random
from collections.abc import Callable, Mapping

from attrs import Factory, define, field

from ..answer import Answer
from ..clock import Clock
from ..errors import NotFound
from ..events import CacheState, Trace
from ..models import PhotoMedia, Query
from ..ports import Cache, Terms
from ..settings import CacheSettings
from .envelope import ANSWER, NOT_FOUND, Envelope, is_empty
from .refresher import Refresher
from .watchdog import PartDown, Watchdog


log = logging.getLogger("places.cache")

_IDS = {"id", "name", "movedPlace", "movedPlaceId", "attributions"}
_COORDINATES = _IDS | {"location"}
_JSON = "application/json"


@define
class AnswerCache:
    """One cache provider with the rules of this stack; a provider that fails counts as a miss."""

    cache: Cache
    settings: CacheSettings
    terms: Mapping[str, Terms]
    """The terms of each backend, in the order they are asked."""
    clock: Clock
    monitor: Watchdog
    refresher: Refresher
    random: Callable[[], float] = random.random
    _scope: str = field(init=False, default="")
    _attributions: dict[str, str] = field(init=False, factory=dict)
    _decoded: dict[str, tuple[bytes, Envelope | None]] = Factory(dict)
    _decoded_size: int = 0

    def __attrs_post_init__(self) -> None:
        self._scope = f"@{','.join(self.terms)}"
        self._attributions = {name: terms.attribution for name, terms in self.terms.items()}

    def key(self, query: Query) -> str | None:
        """Return the cache key, or None if the answer must not be cached."""
        key = query.shared_key
        return None if key is None else key + self._scope

    def peek(self, key: str) -> Envelope | None:
        """Read from the memory of this process only."""
        try:
            raw = self.cache.peek(key)
        except Exception as error:  # noqa: BLE001 - a broken provider must not break the answer
            self.monitor.failed(error, "read")
            return None
        return None if raw is None else self._decode(key, raw)

    def _decode(self, key: str, raw: bytes) -> Envelope | None:
        """Unpack what is in memory once, as long as it stays the same bytes."""
        known = self._decoded.get(key)
        if known is not None and known[0] is raw:
            return known[1]
        envelope = Envelope.unpacked(raw)
        self._decoded_size += len(raw)
        if self._decoded_size > self.settings.max_bytes:
            self._decoded.clear()
            self._decoded_size = len(raw)
        self._decoded[key] = raw, envelope
        return envelope

    async def read(self, key: str) -> Envelope | None:
        """Read from the provider, wherever it keeps its values."""
        try:
            raw = await self.monitor.ask(self.cache.get, key, operation="read")
        except PartDown:
            return None
        return None if raw is None else Envelope.unpacked(raw)

    async def write(self, key: str, answer: Answer) -> None:
        """Keep an answer as long as the settings and the backend's terms allow."""
        name, terms = answer.trace.backend, self.terms[answer.trace.backend]
        settings, allowed = self.settings, _allowed(answer.query, terms)
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
        now = self.clock.time()
        envelope = Envelope(backend, body, now, now + ttl, now + min(ttl + stale, allowed), kind)
        log.debug("keeping %s for %.0f s", key, ttl)
        with contextlib.suppress(PartDown):
            kept_for = min(ttl + max(stale, beyond), allowed)
            await self.monitor.ask(self.cache.set, key, envelope.packed(), kept_for, operation="write")

    def to_answer(self, envelope: Envelope, query: Query, state: CacheState, now: float) -> Answer:
        """Return what was cached as an answer, or raise the `NotFound` that was cached."""
        age = now - envelope.stored
        trace = Trace(envelope.backend, state, age if age > 0 else 0.0)
        if envelope.kind == NOT_FOUND:
            error = NotFound(envelope.body.decode())
            error.trace = trace
            raise error
        attribution = self._attributions.get(envelope.backend, "")
        return Answer(envelope.body, query, trace, _JSON, attribution)

    def serve(self, envelope: Envelope, key: str, query: Query) -> Answer | None:
        """Serve what is fresh, and what is stale while one refresh runs; None if it is too old."""
        now = self.clock.time()
        if now < envelope.fresh_until:
            return self.to_answer(envelope, query, "hit", now)
        if now < envelope.stale_until:
            self.refresher.start(key, query)
            return self.to_answer(envelope, query, "stale", now)
        return None


def _allowed(query: Query, terms: Terms) -> float:
    """Return for how many seconds the terms allow to keep what the query asked for."""
    fields = set() if isinstance(query, PhotoMedia) else query.fields.place_fields
    if query.operation == "autocomplete" or not fields <= _COORDINATES:
        return min(terms.keep_ids, terms.keep_coordinates, terms.keep_content)
    return terms.keep_ids if fields <= _IDS else min(terms.keep_ids, terms.keep_coordinates)
