"""Where events are recorded."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from ..events import Event
from .provider import Provider


class Metrics(Provider):
    """Receives events; must not block and must not raise: one that does is set aside for a minute."""

    @abstractmethod
    def record(self, event: Event) -> None:
        """Record one event."""

    def snapshot(self) -> Mapping[str, float]:
        """Return the figures so far, if the provider keeps any in this process."""
        return {}
