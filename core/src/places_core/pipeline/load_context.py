"""What the stages of one load share: the deadline, and what was tried."""

from __future__ import annotations

from contextvars import ContextVar

from attrs import Factory, define


@define
class LoadContext:
    """The state of one load on its way through the backends."""

    deadline: float = float("inf")
    """On the monotonic clock: when the backend being asked must have answered."""
    attempts: int = 0
    fallbacks: list[str] = Factory(list)


load: ContextVar[LoadContext] = ContextVar("load")
refreshing: ContextVar[bool] = ContextVar("refreshing", default=False)
"""Whether this load refreshes an answer that is being served meanwhile."""
