"""How the parts of a stack are doing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..algorithms.rates import rate_text
from ..pipeline.components import Components
from ..ports import Backend, Breaker
from .checks import Checks


def is_ready(components: Components) -> bool:
    """Return whether at least one backend is likely to answer, as far as this process knows."""
    breaker, keys = components.breaker, components.keys
    return any(_left(breaker, name) <= 0 and keys[name].left() <= 0 for name in keys)


async def status_of(components: Components, checks: Checks) -> dict[str, Any]:
    """Return how each part is doing, ready to be written as JSON; waits for none that hangs."""
    stats, limiter, *backends = await asyncio.gather(
        _stats(checks),
        _limiter(components, checks),
        *(_backend(backend, components, checks) for backend in components.backends),
    )
    ready = is_ready(components)
    well = not components.events.failing and all(each["breaker"] == "closed" for each in backends)
    return {
        "ready": ready,
        "state": ("ready" if well else "degraded") if ready else "unready",
        "backends": backends,
        "cache": {"provider": components.cache.name, **stats},
        "limiter": limiter,
        "breaker": {"provider": components.breaker.name},
        "metrics": components.events.snapshot(),
        "faults": components.events.summary(),
        **({"fault_plan": components.faults.status()} if components.faults else {}),
    }


async def _backend(backend: Backend, components: Components, checks: Checks) -> dict[str, Any]:
    name, changed = backend.name, components.events.breakers.get(backend.name)
    health, state = await asyncio.gather(checks.health[name].latest(), checks.breaker[name].latest())
    return {
        "name": name,
        "ok": health.value is not None and health.value.ok,
        "detail": health.error or (health.value.detail if health.value else ""),
        "age": round(components.clock.monotonic() - health.at, 2),
        "breaker": state.value or "unknown",
        "breaker_reason": state.error or (changed.reason if changed else ""),
        "offers": list(backend.offers()),
        "attribution": backend.terms.attribution,
    }


async def _limiter(components: Components, checks: Checks) -> dict[str, Any]:
    limits = {backend.name: components.limits_of(backend) for backend in components.backends}
    shown = {
        "provider": components.limiter.name,
        "rate": components.config.limiter.rate,
        "backends": {name: rate_text(limit) if limit else "none" for name, limit in limits.items()},
    }
    warning = await checks.limiter.latest()  # one that cannot say has failed, which is among the faults
    return shown | {"warning": warning.value} if warning.value else shown


def _left(breaker: Breaker, name: str) -> float:
    try:
        return float(breaker.left(name))
    except Exception:  # noqa: BLE001 - without a breaker the call goes on
        return 0.0


async def _stats(checks: Checks) -> Mapping[str, float | str]:
    stats = await checks.cache.latest()
    return {"error": stats.error} if stats.error else stats.value or {}
