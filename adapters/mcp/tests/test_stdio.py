from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, StdioServerParameters


Start = Callable[..., Awaitable[Any]]

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def question(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


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


async def test_all_that_was_asked_is_answered_before_the_end_of_stdin_ends_the_server(start: Start) -> None:
    program = await start()
    await program.say(question(0, "initialize", **HELLO))
    await program.say('{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    await program.say("this is no JSON")
    await program.say(question(1, "tools/call", name="places_search", arguments={"query": "coffee"}))
    await program.say(question(2, "tools/list"))

    code, output, errors = await program.end()

    answers = [json.loads(line) for line in output.splitlines()]
    assert 0 == code
    assert {0, 1, 2} == {answer["id"] for answer in answers}
    assert all("result" in answer for answer in answers)
    assert errors.endswith("closed\n")


async def test_what_the_server_prints_does_not_reach_the_client(start: Start) -> None:
    program = await start()
    await program.say(question(0, "initialize", **HELLO))
    await program.say(question(1, "tools/call", name="places_search", arguments={"query": "coffee"}))

    _, output, errors = await program.end()

    assert "must not reach" not in output
    assert "this must not reach the client" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_server_although_stdin_is_open(start: Start, number: signal.Signals) -> None:
    program = await start()
    await program.say(question(0, "initialize", **HELLO))
    await program.answer()

    program.process.send_signal(number)
    code = await program.left()

    assert (0, "closed\n") == code


def test_a_client_that_is_gone_is_no_failure(command: StdioServerParameters) -> None:
    process = subprocess.Popen(
        [command.command, *command.args],
        bufsize=0,
        env=command.env,
        cwd=command.cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(question(0, "initialize", **HELLO).encode() + b"\n")
    process.stdout.readline()

    process.stdout.close()
    process.stdin.write(question(1, "ping").encode() + b"\n")
    process.stdin.close()

    assert b"closed\n" == process.stderr.read()
    assert 0 == process.wait(timeout=30)
    process.stderr.close()


async def test_host_and_port_without_http_are_refused(start: Start) -> None:
    program = await start("--port", "8000")

    assert (1, "", "error: --host and --port count only together with --http\n") == await program.end()
