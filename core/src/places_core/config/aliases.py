"""Names that other programs use too, and what they mean here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from attrs import evolve

from ..convert.values import SWITCH
from .schema import SettingValue


PLAIN = {
    "GOOGLE_API_KEY": "plugins.google.api_key",
    "GOOGLE_API_KEY_FILE": "plugins.google.api_key_file",
    "PLACES_API_TIMEOUT": "plugins.google.timeout",
    "REDIS_URL": "plugins.redis.url",
    "CACHE_TTL": "cache.ttl",
    "MAX_CONNECTIONS": "plugins.google.max_connections",
    "MAX_KEEPALIVE": "plugins.google.max_keepalive",
    "LOG_LEVEL": "logging.level",
}
PATHS = PLAIN | {
    "PLACES_MAX_RETRIES": "retry.attempts",
    "RATE_LIMIT_REQUESTS": "limiter.rate",
    "RATE_LIMIT_WINDOW": "limiter.rate",
    "ENABLE_METRICS": "metrics.providers",
}


def from_aliases(variables: Mapping[str, SettingValue]) -> Iterator[SettingValue]:
    """Translate the aliases that are set; `variables` are values by the names of their variables."""
    for name, path in PLAIN.items():
        if name in variables:
            yield evolve(variables[name], path=path)
    yield from (*_attempts(variables), *_rate(variables), *_metrics(variables))


def _attempts(variables: Mapping[str, SettingValue]) -> Iterator[SettingValue]:
    """Count the first call too: two retries are three attempts."""
    if variable := variables.get("PLACES_MAX_RETRIES"):
        attempts = variable.value
        with suppress(ValueError):
            attempts = int(attempts) + 1
        allowed = "a whole number, at least 0"
        yield evolve(variable, path="retry.attempts", value=attempts, shown=variable.value, allowed=allowed)


def _rate(variables: Mapping[str, SettingValue]) -> Iterator[SettingValue]:
    """Put the two halves together; the half that is missing is taken from 100 in 60 seconds."""
    requests, window = variables.get("RATE_LIMIT_REQUESTS"), variables.get("RATE_LIMIT_WINDOW")
    if variable := requests or window:
        rate = f"{requests.value if requests else 100}/{window.value if window else 60} seconds"
        yield evolve(variable, path="limiter.rate", value=rate)


def _metrics(variables: Mapping[str, SettingValue]) -> Iterator[SettingValue]:
    """Switch all providers off; `true` leaves those that are set elsewhere."""
    variable = variables.get("ENABLE_METRICS")
    if variable and (switch := SWITCH.get(variable.value.strip().lower())) is not True:
        value = [] if switch is False else str(variable.value)
        yield evolve(variable, path="metrics.providers", value=value, allowed="true or false")
