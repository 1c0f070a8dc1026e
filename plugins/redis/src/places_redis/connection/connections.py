"""The connections of the moment, which are replaced when they fail and when they lead to the wrong server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from attrs import Factory, define, field
from redis.exceptions import MovedError, NoPermissionError

from places_core.clock import Clock

from ..address import Address
from .client import Client, close, nodes_of
from .loop_timeout import LoopTimeout


PROBE_EVERY = 0.5  # seconds between two probes of a dead server
_PROBES_AT_ONCE = 4
RENEW_EVERY = 1.0  # seconds between two replacements of connections that refuse to write


@define(eq=False)
class Connections:
    """A client of redis-py; one whose server fails is replaced as soon as a new one gets an answer."""

    connect: Callable[[], Client]
    address: Address
    clock: Clock
    timeout: float
    probed: str
    """A key that the server is asked for to find out whether it is well."""
    client: Client = field(init=False)
    fault: str = field(default="", init=False)
    """Why nothing should be sent at the moment; empty while the server answers."""
    probing: int = field(default=0, init=False)
    """How many new clients wait for an answer at the moment."""
    _renewable_at: float = field(default=0.0, init=False)
    _tasks: set[asyncio.Task[None]] = Factory(set)
    _unclosed: set[Client] = Factory(set)

    def __attrs_post_init__(self) -> None:
        self.client = self._new_client()

    def failed(self, client: Client, error: Exception) -> str:
        """Write the server off, and probe it from now on; return what is wrong."""
        fault = self._described(error)
        # What an exchange on replaced connections says is out of date.
        if not self.fault and client is self.client:
            self.fault = fault
            self.spawn(self._probe_until_it_answers())
        return self.fault or fault

    def renew(self, client: Client) -> None:
        """Connect anew to a server that has become a replica: its name may lead to the new primary."""
        now = self.clock.monotonic()
        if client is self.client and now >= self._renewable_at:
            self._renewable_at = now + RENEW_EVERY
            with suppress(Exception):  # those that can only read are better than none
                self._replace(self._new_client())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task that ends with the connections at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.fault = f"{self.address} was closed"
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in list(self._unclosed):
            await self._closed(client)

    def _new_client(self) -> Client:
        client = self.connect()
        self._unclosed.add(client)
        return client

    def _described(self, error: Exception) -> str:
        return f"{self.address} is down: {str(error) or 'no answer in time'}"

    async def _probe_until_it_answers(self) -> None:
        """Probe the server on new connections until it answers; no reply and no exception ends this before.

        A probe that hangs does not hold up the next.
        """
        while self.fault:
            await self.clock.sleep(PROBE_EVERY)
            if self.probing < _PROBES_AT_ONCE:
                self.spawn(self._probe())

    async def _probe(self) -> None:
        self.probing += 1
        client = None
        try:
            with LoopTimeout(self.timeout):
                client = self._new_client()
                await self._check(client)
            if self.fault:
                self._replace(client)
                self.fault, client = "", None
        except Exception as error:  # noqa: BLE001 - whatever it is, the server may still come back
            if self.fault:
                self.fault = self._described(error)
        finally:
            self.probing -= 1
            if client is not None:
                await self._closed(client)

    async def _check(self, client: Client) -> None:
        """Raise an exception unless the server answers, in a cluster each master.

        PING would fail as soon as the server cannot write.
        """
        for node in await nodes_of(client):
            try:
                await node.execute_command("GET", self.probed)
            except MovedError:  # the key of another master
                continue
            except NoPermissionError:
                with suppress(NoPermissionError):  # who may send neither has an answer all the same
                    await node.execute_command("PING")

    def _replace(self, client: Client) -> None:
        before, self.client = self.client, client
        self.spawn(self._retire(before))

    async def _retire(self, client: Client) -> None:
        """Close a client when the exchanges that still use it are over."""
        try:
            await self.clock.sleep(2 * self.timeout)
        finally:
            await self._closed(client)

    async def _closed(self, client: Client) -> None:
        self._unclosed.discard(client)
        with suppress(Exception), LoopTimeout(self.timeout):
            await close(client)
