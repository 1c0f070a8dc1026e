"""The opened providers of one stack, and how they are doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from .clock import Clock
from .pipeline.reports import Reports
from .ports import Backend, Breaker, Cache, Health, Limiter
from .settings import Config


@define
class Parts:
    config: Config
    clock: Clock
    reports: Reports
    backends: tuple[Backend, ...]
    cache: Cache
    limiter: Limiter
    caller_limiter: Limiter | None
    breaker: Breaker

    def ready(self) -> bool:
        """Whether there is a backend whose breaker has not opened, as far as this process was told."""
        return any(backend.name not in self.reports.opened for backend in self.backends)

    async def status(self) -> dict[str, Any]:
        return {
            "ready": self.ready(),
            "backends": [await self._backend(backend) for backend in self.backends],
            "cache": {"provider": self.cache.name, **await self._stats()},
            "limiter": {"provider": self.limiter.name, "rate": self.config.limiter.rate},
            "breaker": {"provider": self.breaker.name},
            "metrics": self.reports.snapshot(),
            "faults": self.reports.summary(),
        }

    async def _backend(self, backend: Backend) -> dict[str, Any]:
        health = await _health(backend)
        state = await self.breaker.state(backend.name)
        changed = self.reports.breakers.get(backend.name)
        return {
            "name": backend.name,
            "ok": health.ok,
            "detail": health.detail,
            "breaker": state,
            "breaker_reason": changed.reason if changed else "",
            "offers": list(backend.offers()),
            "attribution": backend.terms.attribution,
        }

    async def _stats(self) -> Mapping[str, float]:
        try:
            return await self.cache.stats()
        except Exception as error:  # noqa: BLE001 - a dead cache is something to show, not to fail on
            return {"error": f"{type(error).__name__}: {error}"}  # type: ignore[dict-item]


async def _health(backend: Backend) -> Health:
    try:
        return await backend.health()
    except Exception as error:  # noqa: BLE001 - an unwell backend is something to show, not to fail on
        return Health(ok=False, detail=f"{type(error).__name__}: {error}")
