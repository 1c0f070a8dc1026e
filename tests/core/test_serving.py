"""What adapters are servers with."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from places_core.errors import ConfigError
from places_core.serving import (
    allowed_hosts,
    allowed_origins,
    bind,
    caller_name,
    port_number,
    reserve,
    url,
    whole_number,
)
from places_core.testing import install_plugin, served


PLUGIN = """
import asyncio
import sys

from places_core import hookimpl
from places_core.ports import Adapter
from places_core.serving import announce, bind, port_number, stop_event, url


class Finger(Adapter):
    name, summary = "finger", "hangs up on everybody"

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--port", type=port_number)
        parser.add_argument("--slow", action="store_true")

    @classmethod
    def serve(cls, config, options):
        with bind("127.0.0.1", options.port) as (sockets, port):
            asyncio.run(cls.run(port, options.slow))
        print("ended")
        return 0

    @classmethod
    async def run(cls, port, slow):
        stop = stop_event()
        announce("finger", url("127.0.0.1", port))
        await stop.wait()
        if slow:
            print("asked to stop", file=sys.stderr, flush=True)
            await asyncio.Event().wait()


@hookimpl
def places_adapters():
    return [Finger]
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of processes that have the plugin."""
    install_plugin(tmp_path, "finger", PLUGIN)
    return {"PYTHONPATH": str(tmp_path)}


def test_a_whole_number_is_within_its_bounds() -> None:
    assert [1, 256] == [whole_number(1, 256)(text) for text in ("1", "256")]
    assert [0, 65535] == [port_number(text) for text in ("0", "65535")]


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "65536", "٣", "http"])
def test_what_is_no_port_is_refused_with_the_bounds(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a whole number from 0 to 65535"):
        port_number(text)


def test_port_0_is_any_free_one_and_the_sockets_listen_on_it() -> None:
    with bind("127.0.0.1", 0) as ([listening], port):
        with socket.create_connection(("127.0.0.1", port)):
            listening.accept()[0].close()

        assert port > 0
    assert -1 == listening.fileno()


def test_what_is_written_to_an_accepted_connection_is_sent_at_once() -> None:
    with bind("127.0.0.1", 0) as ([listening], port), socket.create_connection(("127.0.0.1", port)):
        accepted, _ = listening.accept()
        with accepted:
            assert 0 != accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_many_connections_may_wait_to_be_accepted() -> None:
    with bind("127.0.0.1", 0) as (_, port), ExitStack() as connections:
        for _ in range(300):
            connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))


def test_all_addresses_of_a_host_have_one_port() -> None:
    with bind("", 0) as (sockets, port):
        assert {port} == {each.getsockname()[1] for each in sockets}
        assert "0.0.0.0" in {each.getsockname()[0] for each in sockets}


def test_a_port_that_is_taken_is_explained() -> None:
    with (
        bind("127.0.0.1", 0) as (_, port),
        pytest.raises(ConfigError) as raised,
        bind("127.0.0.1", port),
    ):
        pass

    hint = "choose another with --port, or any free one with --port 0"
    assert f"port {port} is in use on 127.0.0.1; {hint}" == str(raised.value)


@pytest.mark.parametrize(
    ("host", "reason"), [("nowhere.invalid", "[^()]+"), ("192.0.2.7", os.strerror(errno.EADDRNOTAVAIL))]
)
def test_a_host_that_is_not_this_machine_is_explained(host: str, reason: str) -> None:
    with (
        pytest.raises(ConfigError, match=f"cannot listen on {host}, port 0: {reason}; choose another"),
        bind(host, 0),
    ):
        pass


def test_a_reserved_port_is_shared_by_those_who_say_so_and_by_nobody_else() -> None:
    with reserve("127.0.0.1", 0) as port, ExitStack() as workers:
        for _ in range(2):
            workers.enter_context(bind("127.0.0.1", port, shared=True))

        with pytest.raises(ConfigError, match=f"port {port} is in use"), reserve("127.0.0.1", port):
            pass


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("::", "[::1]"),
        ("2001:db8::7", "[2001:db8::7]"),
        ("places.example", "places.example"),
    ],
)
def test_a_url_is_one_that_this_machine_can_call(host: str, near: str) -> None:
    assert f"http://{near}:8080/mcp" == url(host, 8080, "/mcp")


@pytest.mark.parametrize("host", ["127.0.0.1", "LocalHost", "::1"])
def test_a_loopback_server_answers_to_every_loopback_name(host: str) -> None:
    assert {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"} == allowed_hosts(host, 8000)


def test_another_server_answers_to_its_own_name_only() -> None:
    assert {"[2001:db8::7]:8000"} == allowed_hosts("2001:db8::7", 8000)


def test_a_server_on_all_interfaces_answers_to_the_names_of_the_machine() -> None:
    assert {"localhost:8000", f"{socket.gethostname().lower()}:8000"} <= allowed_hosts("0.0.0.0", 8000)


def test_port_80_goes_without_saying() -> None:
    assert {"192.0.2.7", "192.0.2.7:80"} == allowed_hosts("192.0.2.7", 80)


def test_names_of_a_proxy_come_on_top() -> None:
    extra = ("places.example", "other.example:8443", "[2001:db8::7]")
    hosts = allowed_hosts("192.0.2.7", 8000, extra) - allowed_hosts("192.0.2.7", 8000)

    assert {
        "places.example",
        "places.example:8000",
        "other.example:8443",
        "[2001:db8::7]",
        "[2001:db8::7]:8000",
    } == hosts


def test_an_origin_is_a_host_with_a_scheme() -> None:
    assert {"http://a:1", "https://a:1"} == allowed_origins(["a:1"])


def test_a_served_process_is_stopped_at_the_end(environ: dict[str, str]) -> None:
    with served("serve", "finger", "--port", "0", environ=environ) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert "ended" not in server.output

    assert 0 == server.wait()
    assert server.output.endswith("ended\n")


def test_the_second_signal_has_its_usual_effect(environ: dict[str, str]) -> None:
    with served("serve", "finger", "--port", "0", "--slow", environ=environ) as server:
        server.process.terminate()
        server.expect("asked to stop")

        assert -signal.SIGTERM == server.stop()


def test_a_process_that_does_not_serve_is_shown_with_all_that_it_wrote(environ: dict[str, str]) -> None:
    with (
        bind("127.0.0.1", 0) as (_, port),
        pytest.raises(AssertionError, match="wrote no line like") as raised,
        served("serve", "finger", "--port", str(port), environ=environ),
    ):
        pass

    [note] = raised.value.__notes__
    assert "exit code 1" in note
    assert f"error: port {port} is in use" in note


def test_a_failure_in_the_block_shows_the_output(environ: dict[str, str]) -> None:
    with (
        pytest.raises(ZeroDivisionError) as raised,
        served("serve", "finger", "--port", "0", environ=environ),
    ):
        raise ZeroDivisionError

    assert "listening on http://127.0.0.1:" in raised.value.__notes__[0]
    assert "ended" in raised.value.__notes__[0]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:7::1", "2001:db8:0:7::/64"),
        ("2001:db8:0:7:ffff:ffff:ffff:ffff", "2001:db8:0:7::/64"),
        ("2001:db8:0:8::1", "2001:db8:0:8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("unix:/run/places", "unix:/run/places"),
    ],
)
def test_a_host_has_one_name_whatever_addresses_of_its_network_it_uses(address: str, name: str) -> None:
    assert name == caller_name(address)
