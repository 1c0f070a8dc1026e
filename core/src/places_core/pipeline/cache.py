"""Answer from the memory of this process, before anything else is woken."""

from __future__ import annotations

from attrs import define

from ..models import Answer, Query
from . import Proceed
from .shelf import Shelf


@define
class CacheLookup:
    shelf: Shelf

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        key = self.shelf.key(query)
        if key is not None and (envelope := self.shelf.peek(key)) is not None:
            answer = self.shelf.served(envelope, key, query, proceed)
            if answer is not None:
                return answer
        return await proceed(query)
