"""What the stages of one load share: what was tried, and whether it was a fair try."""

from __future__ import annotations

from contextvars import ContextVar

from attrs import Factory, define

from ..events import Trace


@define
class LoadContext:
    """The state of one load on its way through the backends."""

    fair: float = 0.0
    """Seconds that a call must have had for its time-out to say something about the backend."""
    cut_short: bool = False
    """Whether the last call ran out of a time that was less than that."""
    backend: str = ""
    """The backend being asked."""
    attempts: int = 0
    call_seconds: float = 0.0
    """How long the last call took, without any wait before it."""
    fallbacks: list[str] = Factory(list)
    """Why each backend in `tried` could not answer."""
    tried: list[str] = Factory(list)

    def note(self, trace: Trace) -> None:
        """Write into `trace` what was tried."""
        trace.attempts, trace.fallbacks, trace.tried = self.attempts, tuple(self.fallbacks), tuple(self.tried)


load: ContextVar[LoadContext] = ContextVar("load")
refreshing: ContextVar[bool] = ContextVar("refreshing", default=False)
"""Whether this load refreshes an answer that is being served meanwhile."""
