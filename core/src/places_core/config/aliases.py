"""Names that other programs use too, and what they mean here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from ..convert.kinds import parse
from .schema import Given


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


@frozen
class Variable:
    """What an environment variable holds, and where it was set."""

    text: str
    origin: str
    place: str

    def gives(self, path: str) -> Given:
        return Given(path, self.text, self.origin, self.place, text=True)


def from_aliases(variables: Mapping[str, Variable]) -> Iterator[Given]:
    """Translate the aliases that are set."""
    for name, path in PLAIN.items():
        if name in variables:
            yield variables[name].gives(path)
    for translate in _TRANSLATIONS:
        yield from translate(variables)


def _attempts(variables: Mapping[str, Variable]) -> Iterator[Given]:
    """Count the first call too: two retries are three attempts."""
    if variable := variables.get("PLACES_MAX_RETRIES"):
        retries = parse(variable.text, int)
        attempts = retries + 1 if isinstance(retries, int) else retries
        allowed = "a whole number, at least 0"
        yield Given(
            "retry.attempts", attempts, variable.origin, variable.place, shown=variable.text, allowed=allowed
        )


def _rate(variables: Mapping[str, Variable]) -> Iterator[Given]:
    """Put the two halves together; the half that is missing is taken from 100 in 60 seconds."""
    requests, window = variables.get("RATE_LIMIT_REQUESTS"), variables.get("RATE_LIMIT_WINDOW")
    if variable := requests or window:
        rate = f"{requests.text if requests else 100}/{window.text if window else 60} seconds"
        yield Given("limiter.rate", rate, variable.origin, variable.place)


def _metrics(variables: Mapping[str, Variable]) -> Iterator[Given]:
    """Switch all providers off; `true` leaves those that are set elsewhere."""
    if (variable := variables.get("ENABLE_METRICS")) and (switch := parse(variable.text, bool)) is not True:
        value = [] if switch is False else switch
        yield Given("metrics.providers", value, variable.origin, variable.place, allowed="true or false")


_TRANSLATIONS: tuple[Callable[[Mapping[str, Variable]], Iterator[Given]], ...] = (_attempts, _rate, _metrics)
