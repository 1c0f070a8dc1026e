"""What the process was given to read: the environment, and the `.env` file beneath it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment(cwd: Path | None = None) -> Mapping[str, str]:
    """Give the variables of this process, and beneath them those of `.env` in the working directory."""
    return {**dotenv(cwd or Path()), **os.environ}


def dotenv(cwd: Path) -> dict[str, str]:
    """Read `.env` in `cwd`, where there is one."""
    if not (path := cwd / ".env").is_file():
        return {}
    from dotenv import dotenv_values

    return {
        name: value for name, value in dotenv_values(path, encoding="utf-8-sig").items() if value is not None
    }
