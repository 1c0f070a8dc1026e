"""Do not work for clients that have gone away, which in HTTP is how a request is cancelled."""

from __future__ import annotations

import anyio
from attrs import frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@frozen
class Cancelling:
    """Cancels a request when its client disconnects; the SDK does so only where it streams its answers."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watched() -> Message:
            message = await receive()
            if not message.get("more_body"):
                tasks.start_soon(watch)
            return message

        async def watch() -> None:
            await receive()  # after the body, the next message is that the client has disconnected
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            await self.app(scope, watched, send)
            tasks.cancel_scope.cancel()
