"""Providers whose calls a fault plan delays, fails or never answers."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from attrs import define, field

from .. import errors
from ..clock import Clock
from ..errors import ConfigError, ConnectionFailed
from ..ports import Backend, Breaker, Cache, Limiter, Provider
from ..text.suggestions import meant
from .plan import TARGETS, FaultPlan, PlannedFault


P = TypeVar("P", bound=Provider)

_log = logging.getLogger("places.faults")
_PORTS: tuple[tuple[str, type[Any]], ...] = (
    ("backend", Backend),
    ("cache", Cache),
    ("limiter", Limiter),
    ("breaker", Breaker),
)


@define
class _Rule:
    """A planned fault with dice of its own, so that the calls of one part never change those of another."""

    fault: PlannedFault
    dice: random.Random
    hits: int = 0

    def hits_call(self, name: str, operation: str, elapsed: float) -> bool:
        fault = self.fault
        if fault.name not in ("", name) or fault.operation not in ("", operation):
            return False
        if elapsed < fault.after or (fault.until is not None and elapsed >= fault.until):
            return False
        hit = fault.share == 1 or self.dice.random() < fault.share
        self.hits += hit
        return hit


@define
class FaultInjection:
    """Disturbs the providers of one stack as its plan says; times count from when this is created."""

    plan: FaultPlan
    clock: Clock
    _rules: list[_Rule] = field(init=False)
    _start: float = field(init=False)
    _names: set[tuple[str, str]] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        seed = self.plan.seed
        self._rules = [
            _Rule(fault, random.Random(f"{seed} {at}"))  # noqa: S311  dice, not keys
            for at, fault in enumerate(self.plan.faults)
        ]
        self._start = self.clock.monotonic()

    def disturb(self, provider: P) -> P:
        """Return the same provider, with the operations overridden that the plan disturbs."""
        kind = type(provider)
        part = next((part for part, port in _PORTS if isinstance(provider, port)), "")
        self._names.add((part, provider.name))
        rules = [
            rule for rule in self._rules if rule.fault.part == part and rule.fault.name in ("", provider.name)
        ]
        operations = kind.offers() if issubclass(kind, Backend) else TARGETS.get(part, ())
        if rules and operations:
            members: dict[str, Any] = {name: self._disturbed(kind, name, rules) for name in operations}
            if part != "backend":
                members["in_process"] = False  # it may fail and hang now
            # Its class is exchanged for one of the same layout: it keeps its state, and `isinstance` holds.
            object.__setattr__(
                provider, "__class__", type(kind.__name__, (kind,), {**members, "__slots__": ()})
            )
        return provider

    def announce(self) -> None:
        """Log the plan; raises `ConfigError` if it names a provider that this stack has not opened."""
        wrong = []
        for at, fault in enumerate(self.plan.faults):
            known = sorted(name for part, name in self._names if part == fault.part)
            if fault.name and fault.name not in known:
                allowed = f"{', '.join(known)}{meant(fault.name, known)}"
                given = f"{self.plan.source}: faults[{at}].name: got {fault.name!r}"
                wrong.append(f"{given}; allowed in this stack: {allowed}")
        if wrong:
            raise ConfigError(*wrong)
        plan = "; ".join(map(_described, self.plan.faults))
        _log.warning("faults are injected on purpose (seed %d): %s", self.plan.seed, plan)

    def status(self) -> list[dict[str, object]]:
        """List the faults of the plan, and how many calls each has hit."""
        return [{"fault": _described(rule.fault), "hits": rule.hits} for rule in self._rules]

    def _disturbed(self, kind: type[Any], operation: str, rules: Iterable[_Rule]) -> Callable[..., Any]:
        original = getattr(kind, operation)

        async def disturbed(provider: Any, *args: Any, **kwargs: Any) -> Any:
            for rule in rules:
                if rule.hits_call(provider.name, operation, self.clock.monotonic() - self._start):
                    await self._strike(rule.fault, provider.name)
            return await original(provider, *args, **kwargs)

        return disturbed

    async def _strike(self, fault: PlannedFault, name: str) -> None:
        match fault.kind:
            case "latency":
                await self.clock.sleep(fault.seconds)
            case "hang":
                await asyncio.get_running_loop().create_future()
            case "drop" if fault.part == "backend":
                raise ConnectionFailed(f"{name}: the fault plan broke the connection.")
            case "drop":
                raise ConnectionResetError(f"{name}: the fault plan broke the connection")
            case _ if fault.part == "backend":
                raise getattr(errors, fault.error)(f"{name}: the fault plan failed this call.")
            case _:
                raise OSError(f"{name}: the fault plan failed this call")


def _described(fault: PlannedFault) -> str:
    more = {"latency": f" of {fault.seconds:g} s", "error": f" {fault.error}" * (fault.part == "backend")}
    what = f"{fault.kind}{more.get(fault.kind, '')}"
    where = ".".join(part for part in (fault.part, fault.name, fault.operation) if part)
    until = "" if fault.until is None else f" until {fault.until:g} s"
    since = f" from {fault.after:g} s" if fault.after else ""
    return f"{what} in {100 * fault.share:g} % of {where}{since}{until}"
