from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mcp import Client, StdioServerParameters


Run = Callable[..., subprocess.CompletedProcess[str]]

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def question(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


@pytest.fixture
def process(command: StdioServerParameters) -> Iterator[Any]:
    """The adapter after the handshake, with all its pipes open."""
    pipe = subprocess.PIPE
    arguments = [command.command, *command.args]
    with subprocess.Popen(
        arguments, bufsize=0, env=command.env, cwd=command.cwd, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        say(process, question(0, "initialize", **HELLO))
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def say(process: Any, line: str) -> None:
    process.stdin.write(f"{line}\n".encode())


async def test_a_client_that_starts_the_adapter_finds_the_same_in_both_eras(
    command: StdioServerParameters, era: str
) -> None:
    async with Client(command, mode=era) as client:
        tools = (await client.list_tools()).tools
        result = await client.call_tool("places_search", {"query": "coffee"})

    assert 6 == len(tools)
    assert ["Coffee Corner", "Coffee House", "Null Island Coffee"] == [
        place["name"] for place in result.structured_content["places"]
    ]


def test_all_that_was_asked_is_answered_before_the_end_of_stdin_ends_the_server(run: Run) -> None:
    lines = (
        question(0, "initialize", **HELLO),
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        "this is no JSON",
        question(1, "tools/call", name="places_search", arguments={"query": "coffee"}),
        question(2, "tools/list"),
    )
    ended = run(lines=lines)

    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert 0 == ended.returncode
    assert {0, 1, 2} == {answer["id"] for answer in answers}
    assert all("result" in answer for answer in answers)
    assert ended.stderr.endswith("closed\n")


def test_what_the_server_prints_does_not_reach_the_client(run: Run) -> None:
    search = question(1, "tools/call", name="places_search", arguments={"query": "coffee"})
    ended = run(lines=(question(0, "initialize", **HELLO), search))

    assert "not for the client" not in ended.stdout
    assert "this is not for the client" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_although_stdin_is_open(process: Any, number: signal.Signals) -> None:
    process.send_signal(number)

    assert b"closed\n" == process.stderr.read()
    assert 0 == process.wait(timeout=30)


def test_a_client_that_is_gone_is_no_failure(process: Any) -> None:
    process.stdout.close()
    say(process, question(1, "ping"))
    process.stdin.close()

    assert b"closed\n" == process.stderr.read()
    assert 0 == process.wait(timeout=30)


def test_host_and_port_without_http_are_refused(run: Run) -> None:
    refused = run("--port", "8000")

    assert (1, "") == (refused.returncode, refused.stdout)
    assert "error: --host and --port require --http\n" == refused.stderr
