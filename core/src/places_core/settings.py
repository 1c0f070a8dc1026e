"""Every setting there is, with its default and its range."""

from __future__ import annotations

from typing import Any, Literal

from attrs import Factory, field, frozen, validators


def _at_least(low: float, default: Any) -> Any:
    return field(default=default, validator=validators.ge(low))


def _above(low: float, default: Any) -> Any:
    return field(default=default, validator=validators.gt(low))


def _share(default: float) -> Any:
    return field(default=default, validator=[validators.gt(0), validators.le(1)])


def _port(default: int) -> Any:
    return field(default=default, validator=[validators.ge(0), validators.le(65535)])


@frozen
class CacheSettings:
    """How long answers are kept; all times in seconds."""

    provider: str = "memory"
    ttl: float = _above(0, 300.0)
    stale: float = _at_least(0, 3600.0)
    """How long after its ttl an answer is still served, while a new one is fetched."""
    stale_if_error: float = _at_least(0, 86_400.0)
    """How long after its ttl an answer may still be served when the backend fails."""
    negative_ttl: float = _at_least(0, 30.0)
    """How long an empty answer or a not-found is kept; 0 for not at all."""
    max_entries: int = _at_least(1, 10_000)


@frozen
class LimiterSettings:
    """How many calls a backend may get."""

    provider: str = "memory"
    rate: str = "100/minute"
    burst: int | None = field(default=None, validator=validators.optional(validators.ge(1)))
    """How many calls may come at once (token bucket only); without it, the amount of `rate`."""
    algorithm: Literal["token-bucket", "sliding-window"] = "token-bucket"
    max_wait: float = _at_least(0, 0.0)
    """How many seconds a call may wait for its turn before it is refused."""


@frozen
class BreakerSettings:
    """When a backend is left alone; times in seconds."""

    provider: str = "memory"
    window: float = _above(0, 30.0)
    min_calls: int = _at_least(1, 10)
    failure_rate: float = _share(0.5)
    open_for: float = _above(0, 10.0)
    probes: int = _at_least(1, 1)


@frozen
class RetrySettings:
    """How often and how long a failing call is tried again; times in seconds."""

    attempts: int = _at_least(1, 3)
    base: float = _at_least(0, 0.1)
    cap: float = _at_least(0, 5.0)
    deadline: float = _above(0, 10.0)
    """How long one question may take, over all backends, attempts and waits."""
    budget: float = field(default=0.2, validator=[validators.ge(0), validators.le(1)])
    """How many retries there may be for each call, on average."""


@frozen
class MetricsSettings:
    """Who is told what happened."""

    providers: tuple[str, ...] = ("memory",)


@frozen
class LoggingSettings:
    """What is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


@frozen
class HttpSettings:
    """Where `places serve http` listens."""

    host: str = "127.0.0.1"
    port: int = _port(8080)


@frozen
class McpSettings:
    """How `places serve mcp` is reached; host and port count for the http transport only."""

    transport: Literal["stdio", "http"] = "stdio"
    host: str = "127.0.0.1"
    port: int = _port(8000)


@frozen
class Config:
    """The settings of one stack."""

    backend: str | tuple[str, ...] = "auto"
    """`auto`, the name of a backend, or several names in the order in which they are asked."""
    cache: CacheSettings = Factory(CacheSettings)
    limiter: LimiterSettings = Factory(LimiterSettings)
    breaker: BreakerSettings = Factory(BreakerSettings)
    retry: RetrySettings = Factory(RetrySettings)
    metrics: MetricsSettings = Factory(MetricsSettings)
    logging: LoggingSettings = Factory(LoggingSettings)
    http: HttpSettings = Factory(HttpSettings)
    mcp: McpSettings = Factory(McpSettings)
    plugins: dict[str, dict[str, Any]] = field(factory=dict, repr=False)
    """The sections `[plugins.NAME]`, which each provider checks against its own settings class."""
