"""Behind the single flight: read the shared cache once, load once, write once."""

from __future__ import annotations

from attrs import define

from ..answer import Answer
from ..deadline import without_waiting
from ..errors import NotFound, QuotaExhausted, RateLimited, Unavailable
from ..models import Query
from . import Proceed
from .answer_cache import AnswerCache
from .envelope import Envelope
from .load_context import refreshing


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
        except NotFound as error:
            await self.answers.write_not_found(key, error)
            raise
        except (Unavailable, RateLimited, QuotaExhausted) as error:
            if old is None:
                raise
            answer = self.answers.to_answer(old, query, "stale", self.answers.clock.time())
            answer.trace.fallbacks = (f"{type(error).__name__}: {error}",)
            return answer
        answer.trace.cache = "miss"
        await self.answers.write(key, answer)
        return answer
