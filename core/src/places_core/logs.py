"""Logging to standard error, as text or JSON, with secrets redacted."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

from .settings import LoggingSettings
from .text.redaction import MASK, without_secrets


__all__ = ["configure", "register_secret"]

_SHORTEST = 6  # redacting a shorter secret would mutilate ordinary words
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """Redact `value` from everything that is logged from now on."""
    if len(value) >= _SHORTEST:
        _secrets.add(value)


def _redacted(text: str) -> str:
    """Return `text` without the registered secrets."""
    for secret in _secrets:
        text = text.replace(secret, MASK)
    return without_secrets(text)


def _escaped(text: str) -> str:
    """Escape control characters, which could forge a line or drive a terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def configure(settings: LoggingSettings, stream: TextIO | None = None) -> None:
    """Send all logging of this process to `stream`, standard error by default; the last call wins."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(
        _Json() if settings.format == "json" else _Text("%(levelname)s %(name)s: %(message)s")
    )
    root.addHandler(handler)
    root.setLevel(settings.level)


class _Handler(logging.StreamHandler[TextIO]):
    pass


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is of the library
        return _escaped(super().formatMessage(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _redacted(record.getMessage()),
        }
        if record.exc_info:
            entry["error"] = _redacted(self.formatException(record.exc_info))
        return _escaped(json.dumps(entry, ensure_ascii=False))
