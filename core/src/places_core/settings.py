"""All settings, with their defaults and allowed ranges."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, Self

from attrs import NOTHING, Factory, evolve, field, frozen, validators


__all__ = [
    "BackendRateSettings",
    "BreakerSettings",
    "BulkheadSettings",
    "CacheSettings",
    "Config",
    "FallbackSettings",
    "HttpSettings",
    "LimiterSettings",
    "LoggingSettings",
    "McpSettings",
    "MetricsSettings",
    "RetrySettings",
    "above",
    "at_least",
    "between",
    "share",
]

_ZERO = re.compile(r"(?<!\d)0+(?!\d)")


def at_least(low: float, default: Any) -> Any:
    """Return an attrs field for a number that must not be below `low`."""
    return field(default=default, validator=validators.ge(low), metadata={"allowed": f"at least {low}"})


def above(low: float, default: Any) -> Any:
    """Return an attrs field for a number that must be above `low`."""
    return field(default=default, validator=validators.gt(low), metadata={"allowed": f"above {low}"})


def between(low: float, high: float, default: Any) -> Any:
    """Return an attrs field for a number from `low` to `high`, both included."""
    within: Any = validators.and_(validators.ge(low), validators.le(high))
    return field(default=default, validator=within, metadata={"allowed": f"from {low} to {high}"})


def share(default: float) -> Any:
    """Return an attrs field for a fraction, above 0 and at most 1."""
    within: Any = validators.and_(validators.gt(0), validators.le(1))
    return field(default=default, validator=within, metadata={"allowed": "above 0 and at most 1"})


def _rate(default: Any = NOTHING) -> Any:
    amounts = "an amount per period, such as 100/minute or 10/second; 1000/day"
    allowed = f"{default}, or {amounts}" if default else amounts

    def readable(_: object, __: object, rate: str) -> None:
        if rate == default:
            return
        from limits import parse_many  # takes a tenth of a second to import, and most rates are the default

        if _ZERO.search(rate) or not parse_many(rate):
            raise ValueError(f"'rate' must be {allowed}: {rate}")

    return field(default=default, validator=readable, metadata={"allowed": allowed})


def _burst() -> Any:
    at_least_one = validators.optional(validators.ge(1))
    return field(default=None, validator=at_least_one, metadata={"allowed": "at least 1"})


@frozen
class CacheSettings:
    """How long answers are cached; durations in seconds."""

    provider: str = "memory"
    ttl: float = above(0, 300.0)
    stale: float = at_least(0, 3600.0)
    """How long after its ttl an answer is still served while it is refreshed in the background."""
    stale_if_error: float = at_least(0, 86_400.0)
    """How long after its ttl an answer may still be served if the backend fails."""
    negative_ttl: float = at_least(0, 30.0)
    """How long an empty or not-found result is cached; 0 disables negative caching."""
    max_entries: int = at_least(1, 10_000)
    max_bytes: int = at_least(1, 100_000_000)
    """Size limit of the memory cache; the least used entries are evicted first."""
    jitter: float = between(0, 0.5, 0.1)
    """Largest fraction by which a ttl is shortened at random, so that answers do not all expire at once."""


@frozen
class BackendRateSettings:
    """How many calls one backend may receive."""

    rate: str = _rate()
    burst: int | None = _burst()


@frozen
class LimiterSettings:
    """How many calls each backend may receive."""

    provider: str = "memory"
    rate: str = _rate("auto")
    """For each backend that is not in this process and has no rate of its own; `auto` means 100/minute."""
    burst: int | None = _burst()
    """How many calls may arrive at once (token bucket only); defaults to the amount in `rate`."""
    algorithm: Literal["token-bucket", "sliding-window"] = "token-bucket"
    max_wait: float = at_least(0, 0.0)
    """How many seconds a call may wait for capacity before it is refused."""
    caller_rate: str = _rate("none")
    """Rate limit per caller for queries that are not answered from memory; `none` disables it."""
    backends: dict[str, BackendRateSettings] = field(factory=dict)
    """The rates of single backends, by their names."""

    @property
    def of_a_caller(self) -> Self:
        """These settings with `caller_rate`, which must not be `none`, as their rate."""
        return evolve(self, rate=self.caller_rate)

    @property
    def of_backends(self) -> dict[str, Self]:
        """These settings with the rate of each backend that has one of its own."""
        return {name: evolve(self, rate=own.rate, burst=own.burst) for name, own in self.backends.items()}


@frozen
class BulkheadSettings:
    """How many calls to one backend may run at once."""

    concurrent: int = at_least(1, 100)
    queue: int = at_least(0, 1_000)
    """How many more may wait for a slot before further calls are refused."""


@frozen
class FallbackSettings:
    """When to fall back to the next backend, other than when one fails."""

    on_empty: bool = False
    """Whether to fall back when a backend finds nothing."""


@frozen
class BreakerSettings:
    """When the circuit breaker stops calling a failing backend; durations in seconds."""

    provider: str = "memory"
    window: float = above(0, 30.0)
    min_calls: int = at_least(1, 10)
    """How many calls `failure_rate` needs to apply; as many failures in a row also open the breaker."""
    failure_rate: float = share(0.5)
    slow_after: float = at_least(0, 0.0)
    """A call that takes longer counts as a failure, whatever its result; 0 disables this."""
    open_for: float = above(0, 10.0)
    open_at_most: float = above(0, 120.0)
    """Upper bound, give or take 10 %, of the open period, which doubles each time a probe fails."""
    probes: int = at_least(1, 1)

    @property
    def first_open_for(self) -> float:
        """How long the first open period lasts."""
        return min(self.open_for, self.open_at_most)


@frozen
class RetrySettings:
    """How often and for how long a failing call is retried; durations in seconds."""

    attempts: int = at_least(1, 3)
    base: float = at_least(0, 0.1)
    cap: float = at_least(0, 5.0)
    deadline: float = above(0, 10.0)
    """How long one query may take, across all backends, attempts and waits."""
    budget: float = between(0, 1, 0.2)
    """How many retries each call may cause, on average."""


@frozen
class MetricsSettings:
    """Which providers receive the events."""

    providers: tuple[str, ...] = ("memory",)


@frozen
class LoggingSettings:
    """What is logged to standard error, and in which format."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


@frozen
class HttpSettings:
    """Where `places serve http` listens."""

    host: str = "127.0.0.1"
    port: int = between(0, 65535, 8080)


@frozen
class McpSettings:
    """How `places serve mcp` is reached; `host` and `port` apply to the HTTP transport only."""

    transport: Literal["stdio", "http"] = "stdio"
    host: str = "127.0.0.1"
    port: int = between(0, 65535, 8000)
    allowed_hosts: tuple[str, ...] = ()
    """Further host names, such as that of a proxy, that clients may use; all others are refused."""


@frozen
class Config:
    """The settings of one stack."""

    backend: str | tuple[str, ...] = "auto"
    """`auto`, the name of a backend, or several names in fallback order."""
    cache: CacheSettings = Factory(CacheSettings)
    drain: float = at_least(0, 5.0)
    """How many seconds running queries have to finish when the stack closes."""
    fault_plan: Path | None = None
    """A TOML file that says which providers are to fail on purpose, to rehearse an outage."""
    limiter: LimiterSettings = Factory(LimiterSettings)
    bulkhead: BulkheadSettings = Factory(BulkheadSettings)
    fallback: FallbackSettings = Factory(FallbackSettings)
    breaker: BreakerSettings = Factory(BreakerSettings)
    retry: RetrySettings = Factory(RetrySettings)
    metrics: MetricsSettings = Factory(MetricsSettings)
    logging: LoggingSettings = Factory(LoggingSettings)
    http: HttpSettings = Factory(HttpSettings)
    mcp: McpSettings = Factory(McpSettings)
    plugins: dict[str, dict[str, Any]] = field(factory=dict, repr=False)
    """The sections `[plugins.NAME]`; each is validated against the settings class of its provider."""
