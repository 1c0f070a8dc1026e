from __future__ import annotations

from importlib.util import find_spec

import pytest


if missing := [name for name in ("googleapiclient", "google.maps") if not find_spec(name.split(".")[0])]:
    raise pytest.UsageError(
        f"{' and '.join(missing)} must be installed to hold us against Google's own packages: "
        "run `uv run nox -s contract`, or `uv sync --all-packages --group contract`"
    )
