"""Behind the single flight: read the shared cache once, load once, write once."""

from __future__ import annotations

from attrs import define

from ..errors import NotFound, QuotaExhausted, RateLimited, Unavailable
from ..models import Answer, Query
from . import Proceed
from .envelope import Envelope
from .journey import refreshing
from .shelf import Shelf


@define
class Keep:
    shelf: Shelf

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        key = self.shelf.key(query)
        if key is None:
            return await proceed(query)
        envelope = await self.shelf.read(key)
        if envelope is not None and not refreshing.get():
            answer = self.shelf.served(
                envelope, key, query, lambda again: self._loaded(again, key, None, proceed)
            )
            if answer is not None:
                return answer
        return await self._loaded(query, key, envelope, proceed)

    async def _loaded(self, query: Query, key: str, old: Envelope | None, proceed: Proceed) -> Answer:
        try:
            answer = await proceed(query)
        except NotFound as error:
            await self.shelf.write_not_found(key, error)
            raise
        except (Unavailable, RateLimited, QuotaExhausted) as error:
            if old is None or refreshing.get():
                raise
            answer = self.shelf.opened(old, query, "stale", self.shelf.clock.time())
            answer.trace.fallbacks = (f"{type(error).__name__}: {error}",)
            return answer
        answer.trace.cache = "miss"
        await self.shelf.write(key, answer)
        return answer
