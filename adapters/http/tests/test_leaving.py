"""Clients that hang up before they are answered."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from places_core.testing import ServedProcess, served


Serve = Callable[[str], AbstractContextManager[ServedProcess]]

SEARCH = b"""\
POST /v1/places:searchText HTTP/1.1\r
Host: localhost\r
Content-Length: 23\r
\r
{"textQuery": "coffee"}"""
PHOTO = b"GET /v1/places/fake-1/photos/one/media?maxWidthPx=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def serve(patient: dict[str, str], tmp_path: Path) -> Serve:
    """Serve on a free port with so many workers."""
    return partial(served, "serve", "http", "--port", "0", "--workers", environ=patient, cwd=tmp_path)


def connected(server: ServedProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def status(connection: socket.socket) -> bytes:
    return connection.recv(65_536).partition(b"\r\n")[0]


def catch_up(server: ServedProcess) -> None:
    """Return once the server has taken note of all that was sent to it before."""
    with connected(server) as connection:
        for _ in range(3):
            connection.sendall(HEALTH)
            status(connection)


@pytest.mark.parametrize(
    ("workers", "request_"), [("1", SEARCH), ("1", PHOTO), ("2", SEARCH)], ids=["search", "photo", "workers"]
)
def test_a_client_that_hangs_up_ends_the_call_to_the_backend(
    serve: Serve, workers: str, request_: bytes
) -> None:
    with serve(workers) as server:
        with connected(server) as client:
            client.sendall(request_)
            server.expect("asked")
        server.expect("cancelled")
        with connected(server) as other:
            other.sendall(HEALTH)
            alive = status(other)

    assert b"HTTP/1.1 200 OK" == alive
    assert "Traceback" not in server.output


def test_another_client_with_the_same_question_is_still_answered(serve: Serve, tmp_path: Path) -> None:
    with serve("1") as server, connected(server) as leaving, connected(server) as staying:
        leaving.sendall(SEARCH)
        server.expect("asked")
        staying.sendall(SEARCH)
        catch_up(server)
        leaving.close()
        catch_up(server)
        (tmp_path / "go").touch()
        answered = status(staying)

    assert b"HTTP/1.1 200 OK" == answered
    assert 1 == server.output.count("asked")
    assert "cancelled" not in server.output
