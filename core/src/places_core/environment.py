"""The environment of this process, and the `.env` file beneath it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment() -> Mapping[str, str]:
    """Return the environment variables, and beneath them those of `.env` in the working directory."""
    return {**dotenv(Path())[0], **os.environ}


def dotenv(cwd: Path) -> tuple[dict[str, str], list[str]]:
    """Read `.env` in `cwd`, if there is one; return its variables and its faults."""
    if not (path := cwd / ".env").is_file():
        return {}, []
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8-sig") as stream:
            broken = [binding.original.line for binding in parse_stream(stream) if binding.error]
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f".env: cannot be read: {error}"]
    if broken:
        return {}, [f".env: line {line} is not of the form NAME=value" for line in broken]
    values = dotenv_values(path, encoding="utf-8-sig")
    return {name: value for name, value in values.items() if value is not None}, []
