"""Plugins as an installer puts them on the import path."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4


def install_plugin(folder: Path, name: str, source: str, *, distribution: str = "") -> None:
    """Write a distribution with one plugin into `folder`, as it would be after `pip install --target`."""
    distribution = distribution or f"acme-{name}"
    module = f"plugin_{uuid4().hex}"  # unlike any that an earlier test has imported
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{distribution.replace('-', '_')}-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[places]\n{name} = {module}\n")
