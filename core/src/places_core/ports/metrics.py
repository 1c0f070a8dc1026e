"""Who is told what happened."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from ..events import Event
from .provider import Provider


class Metrics(Provider):
    """Receives what happened; must not block and must not raise."""

    @abstractmethod
    def record(self, event: Event) -> None:
        """Take note of one event."""

    def snapshot(self) -> Mapping[str, float]:
        """Give the figures so far, where the provider keeps any in process."""
        return {}
