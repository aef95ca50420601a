"""The simulated WeChat as an ASGI application, for ``httpx.ASGITransport`` and uvicorn alike.

One dictionary finds the handler, and handlers run on the event loop itself: they take about a millisecond.
"""

import asyncio
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import orjson
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from tasks.sandbox.control import control
from tasks.sandbox.exchange import Reply, Request
from tasks.sandbox.kernel import Sandbox

if TYPE_CHECKING:
    from tasks.sandbox.world import World


def create_app(world: "World | Sandbox", **options: Any) -> Starlette:
    """The sandbox as an application; the :class:`Sandbox` behind it is ``app.state.sandbox``.

    Args:
        world: whose figures it tells, or a sandbox that is ready.
        options: for :class:`Sandbox`: clock, faults, daily, minute, bot_secrets, mail_folder, wecom_parallel,
            patience.
    """
    sandbox = world if isinstance(world, Sandbox) else Sandbox(world, **options)
    app = Starlette(routes=[Mount("/", app=_Door(sandbox))])
    app.state.sandbox = sandbox
    return app


class _Door:
    """Carries requests in and answers out; the thinking is the sandbox's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._wecom_now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = await _body(receive)
        path = scope["path"]
        if path.startswith("/sandbox/"):
            status, said = control(self._sandbox, scope["method"], path, raw)
            await _send(send, Reply(orjson.dumps(said), status))
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        client = scope.get("client")
        named = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        request = Request(scope["method"], path, query, raw, client[0] if client else "127.0.0.1", named)
        at_wecom = self._sandbox.is_wecom(path)
        if not at_wecom:
            await self._answer(self._sandbox.respond(request), receive, send)
            return
        self._wecom_now += 1
        try:
            await asyncio.sleep(0)  # lets calls that came together be counted together
            crowded = self._wecom_now > self._sandbox.wecom_parallel
            await self._answer(self._sandbox.respond(request, crowded=crowded), receive, send)
        finally:
            self._wecom_now -= 1

    async def _answer(self, reply: Reply, receive: Receive, send: Send) -> None:
        if reply.delay:
            await asyncio.sleep(reply.delay)
        date = formatdate(self._sandbox.clock.epoch(), usegmt=True).encode()
        if not reply.withheld:
            await _send(send, reply, date)
        elif not self._sandbox.patience:
            raise httpx.ReadTimeout("the sandbox keeps its answer to itself")
        elif reply.withheld == "drop":
            await _start(send, reply, len(reply.body) + 1, date)
            await send({"type": "http.response.body", "body": reply.body, "more_body": True})
        else:
            try:
                async with asyncio.timeout(self._sandbox.patience):
                    while (await receive())["type"] != "http.disconnect":
                        pass
            except TimeoutError:
                await _start(send, reply, len(reply.body) + 1, date)


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _start(send: Send, reply: Reply, length: int, date: bytes) -> None:
    headers = [(b"content-type", reply.media_type.encode()), (b"content-length", str(length).encode())]
    headers += [(name.encode(), value.encode()) for name, value in reply.headers]
    headers += [(b"date", date)] if date else []  # the platform's own clock, by which callers set theirs
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def _send(send: Send, reply: Reply, date: bytes = b"") -> None:
    await _start(send, reply, len(reply.body), date)
    await send({"type": "http.response.body", "body": reply.body})
