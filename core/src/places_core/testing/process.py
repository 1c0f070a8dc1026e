"""A server in a process of its own, as its users start it."""

from __future__ import annotations

import os
import queue
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from attrs import Factory, define


PATIENCE = 30.0
"""How many seconds a process may take to write what is expected of it, or to end."""

_PLACES = (sys.executable, "-m", "places_core.cli")


@define(eq=False)
class ServedProcess:
    """A running server, and what it writes to standard output and standard error."""

    command: str
    process: subprocess.Popen[str]
    url: str = ""
    """The address that it announced."""
    _written: list[str] = Factory(list)
    _unread: queue.SimpleQueue[str] = Factory(queue.SimpleQueue)
    _reader: threading.Thread = Factory(
        lambda self: threading.Thread(target=self._read, daemon=True), takes_self=True
    )

    def __attrs_post_init__(self) -> None:
        self._reader.start()

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80

    @property
    def output(self) -> str:
        """Everything that it has written so far."""
        return "".join(self._written)

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait for the next line that begins with `pattern`, and return the match.

        Raises `AssertionError` when the process ends, or half a minute passes, without such a line.
        """
        end = time.monotonic() + PATIENCE
        with suppress(queue.Empty):
            while line := self._unread.get(timeout=max(0.0, end - time.monotonic())):
                if found := re.match(pattern, line):
                    return found
        raise AssertionError(f"`{self.command}` wrote no line like {pattern!r}")

    def wait(self) -> int:
        """Wait for the process to end, and return its exit code; `output` is complete then.

        Raises `AssertionError`, and kills it, when it does not end within half a minute.
        """
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"`{self.command}` did not end, and wrote:\n{self.output}") from None
        finally:
            code = self.process.wait()
            self._reader.join()
        return code

    def stop(self) -> int:
        """Ask the process to end, and return its exit code."""
        self.process.terminate()
        return self.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101
        with self.process.stdout as lines:
            for line in lines:
                self._written.append(line)
                self._unread.put(line)
        self._unread.put("")


@contextmanager
def served(
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    program: Sequence[str] = _PLACES,
) -> Iterator[ServedProcess]:
    """Run `places` with these arguments, and yield the process once it has announced where it listens.

    `environ` comes on top of this process's own. The process is stopped at the end of the block; an exception
    that leaves the block carries the output as a note.
    """
    command = [*program, *arguments]
    process = subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **(environ or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    server = ServedProcess(shlex.join(command), process)
    try:
        server.url = server.expect(r"places .+ listening on (\S+)")[1]
        yield server
    except BaseException as error:
        code = server.stop()
        error.add_note(f"`{server.command}` ended with exit code {code} and wrote:\n{server.output}")
        raise
    server.stop()
