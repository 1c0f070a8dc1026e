"""Behind the single flight: read the shared cache once, load once, write once."""

from __future__ import annotations

from attrs import define

from ..answer import Answer
from ..deadline import without_waiting
from ..errors import NotFound, PlacesError, QuotaExhausted, RateLimited, Unavailable
from ..models import Query
from . import Proceed
from .answer_cache import AnswerCache
from .envelope import Envelope
from .load_context import refreshing


_BRIDGED = (Unavailable, RateLimited, QuotaExhausted)
"""The errors in whose place an expired answer is served."""


@define
class ReadThrough:
    answers: AnswerCache

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        key = self.answers.key(query)
        if key is None:
            return await proceed(query)
        if refreshing.get():
            return await self._load(query, key, None, proceed)
        envelope = await self.answers.read(key)
        if envelope is None:
            return await self._load(query, key, None, proceed)
        answer = self.answers.serve(envelope, key, query)
        if answer is not None:
            return answer
        with without_waiting():  # those who have no old answer to fall back on come first
            return await self._load(query, key, envelope, proceed)

    async def _load(self, query: Query, key: str, old: Envelope | None, proceed: Proceed) -> Answer:
        try:
            answer = await proceed(query)
        except PlacesError as error:
            if error.trace:
                error.trace.cache = "miss"
            if isinstance(error, NotFound):
                await self.answers.write_not_found(key, error)
            if old is None or not isinstance(error, _BRIDGED):
                raise
            return self._expired(old, query, error)
        answer.trace.cache = "miss"
        await self.answers.write(key, answer)
        return answer

    def _expired(self, old: Envelope, query: Query, error: PlacesError) -> Answer:
        """Return the expired answer, which says why there is no fresh one."""
        answer = self.answers.to_answer(old, query, "stale", self.answers.now())
        if tried := error.trace:
            answer.trace.attempts, answer.trace.fallbacks = tried.attempts, tried.fallbacks
            answer.trace.tried = tried.tried
        return answer
