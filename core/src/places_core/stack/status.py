"""How the parts of a stack are doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..algorithms.rates import rate_text
from ..pipeline.components import Components
from ..ports import Backend, Breaker, Cache, Health, Limiter


def is_ready(components: Components) -> bool:
    """Whether at least one backend would be asked now, as far as this process knows."""
    breaker, keys = components.breaker, components.keys
    return any(_left(breaker, name) <= 0 and keys[name].left() <= 0 for name in keys)


async def status_of(components: Components) -> dict[str, Any]:
    """Return how each part is doing, ready to be written as JSON."""
    ready, backends = is_ready(components), [await _backend(each, components) for each in components.backends]
    well = not components.events.failing and all(each["breaker"] == "closed" for each in backends)
    return {
        "ready": ready,
        "state": ("ready" if well else "degraded") if ready else "unready",
        "backends": backends,
        "cache": {"provider": components.cache.name, **await _stats(components.cache)},
        "limiter": await _limiter(components),
        "breaker": {"provider": components.breaker.name},
        "metrics": components.events.snapshot(),
        "faults": components.events.summary(),
        **({"fault_plan": components.faults.status()} if components.faults else {}),
    }


async def _backend(backend: Backend, components: Components) -> dict[str, Any]:
    health = await _health(backend)
    changed = components.events.breakers.get(backend.name)
    return {
        "name": backend.name,
        "ok": health.ok,
        "detail": health.detail,
        "breaker": await components.breaker.state(backend.name),
        "breaker_reason": changed.reason if changed else "",
        "offers": list(backend.offers()),
        "attribution": backend.terms.attribution,
    }


async def _limiter(components: Components) -> dict[str, Any]:
    limits = {backend.name: components.limits_of(backend) for backend in components.backends}
    shown = {
        "provider": components.limiter.name,
        "rate": components.config.limiter.rate,
        "backends": {name: rate_text(limit) if limit else "none" for name, limit in limits.items()},
    }
    warning = await limiter_warning(components.limiter)
    return shown | {"warning": warning} if warning else shown


async def limiter_warning(limiter: Limiter) -> str:
    """Return why more calls may pass than the limits allow, as far as the limiter can say."""
    try:
        return await limiter.warning()
    except Exception:  # noqa: BLE001 - one that cannot say has failed, which is shown among the faults
        return ""


def _left(breaker: Breaker, name: str) -> float:
    try:
        return breaker.left(name)
    except Exception:  # noqa: BLE001 - without a breaker the call goes on
        return 0.0


async def _stats(cache: Cache) -> Mapping[str, float | str]:
    try:
        return await cache.stats()
    except Exception as error:  # noqa: BLE001 - a dead cache is something to show, not to fail on
        return {"error": f"{type(error).__name__}: {error}"}


async def _health(backend: Backend) -> Health:
    try:
        return await backend.health()
    except Exception as error:  # noqa: BLE001 - an unwell backend is something to show, not to fail on
        return Health(ok=False, detail=f"{type(error).__name__}: {error}")
