"""What the tests of plugins and of the command share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put distributions with one plugin each on the path, as an installer would."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(name: str, source: str, *, distribution: str | None = None) -> None:
        distribution = distribution or f"acme-{name}"
        module = f"plugin_{abs(hash((tmp_path, distribution)))}"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{distribution.replace('-', '_')}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(f"[places]\n{name} = {module}\n")

    return put
