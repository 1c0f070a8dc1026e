"""The path of a query through the stack.

observe -> memory lookup -> deadline -> caller limit -> single flight -> read through -> fallback
fallback -+-> [branch]  google
          +-> [branch]  local

branch: retry -> bulkhead -> circuit breaker -> backend limit -> call

A stage is `async (query, proceed) -> answer`: it holds its own settings and state, and knows no neighbour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ..answer import Answer
from ..models import Query


Proceed = Callable[[Query], Awaitable[Answer]]


class Stage(Protocol):
    """One step of the path: it asks `proceed` for the answer, or has its own."""

    async def __call__(self, query: Query, proceed: Proceed) -> Answer: ...


def chained(stages: Sequence[Stage], end: Proceed) -> Proceed:
    """Put the stages in front of `end`, the first one outermost."""
    for stage in reversed(stages):
        end = _step(stage.__call__, end)
    return end


def _step(stage: Callable[[Query, Proceed], Awaitable[Answer]], proceed: Proceed) -> Proceed:
    """Bind a stage to what comes after it; a `partial` with a keyword takes three times as long."""
    return lambda query: stage(query, proceed)
