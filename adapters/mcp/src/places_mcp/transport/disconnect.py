"""Do not work for clients that have gone away, which in HTTP is how a request is cancelled."""

from __future__ import annotations

import asyncio

import anyio
from attrs import frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@frozen
class CancelOnDisconnect:
    """Cancels a request when its client disconnects; the SDK does so only where it streams its answers."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching: set[asyncio.Task[None]] = set()

        async def watched() -> Message:
            message = await receive()
            if not (message.get("more_body") or watching):
                watching.add(asyncio.create_task(watch()))
            return message

        async def watch() -> None:
            await receive()  # after the body, the next message is that the client has disconnected
            work.cancel()

        # A task group would wrap what the app raises, so that no exception handler would know it.
        with anyio.CancelScope() as work:
            try:
                await self.app(scope, watched, send)
            finally:
                for task in watching:
                    task.cancel()
