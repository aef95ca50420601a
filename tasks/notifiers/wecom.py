"""WeCom group robots (企业微信群机器人): markdown of at most 4,096 bytes; delivered is ``errcode`` 0.

Source: developer.work.weixin.qq.com/document/path/99110.
"""

import html
import json
from typing import Any

from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    OpsError,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Line, Message, Tone
from tasks.notifiers.base import Receipt, Resolve, one_line, web_address, web_link
from tasks.notifiers.fitting import Form, cut, fit
from tasks.notifiers.pacing import PACE, Limits
from tasks.notifiers.webhooks import post
from tasks.records import Level

LIMIT = 4096
LIMITS: Limits = ((18, 60.0),)
"""A little below the platform's 20 a minute, since its clock is not ours."""
COLOURS: dict[Tone, str] = {
    Level.red: "warning",
    Level.orange: "warning",
    Level.yellow: "comment",
    Level.green: "info",
}
VERDICT, TITLE, DETAIL, WIDEST = 600, 180, 420, 900
"""Bytes that single parts may take, so that none starves the others."""
LINK = 700
"""A longer address is left out rather than cut: half a link leads nowhere."""


def escape(text: str, limit: int) -> str:
    """One line that cannot act as markdown or HTML, of at most ``limit`` bytes."""
    return cut(
        one_line(text).replace("](", "] ("), limit, _bytes, lambda part: html.escape(part, quote=False)
    )


def _bytes(text: str) -> int:
    return len(text.encode())


def _line(line: Line, limit: int) -> str:
    colour = COLOURS.get(line.tone)
    start, end = (f'<font color="{colour}">', "</font>") if colour else ("", "")
    return f"> {start}{escape(line.text, limit - _bytes(start + end) - 3)}{end}"


FORM = Form(
    size=lambda text: _bytes(text) + 1,
    title=lambda text: f"**{escape(text, TITLE)}**",
    line=_line,
    detail=lambda text: f"> {escape(text, DETAIL)}",
    shortest=90,
)


def render(message: Message) -> dict[str, Any]:
    """The request body: verdict and ``keep`` blocks always, the rest by priority while it fits.

    What is dropped is dropped from the end; a last line then says that there is more, with the link if there
    is one.
    """
    head = [f"**{escape(message.title, TITLE)}**", _line(message.verdict, VERDICT)]
    link = web_link(message.link, LINK, ")<> ")
    closing = f"[{escape(message.link_text or message.title, TITLE)}]({link})" if link else ""
    doors = [
        f"[{escape(one.text, TITLE)}]({address})"
        for one in message.links
        if (address := web_link(one.address, LINK, ")<> "))
    ]
    more = escape(message.more, TITLE)
    more = f"[{more}]({link})" if link else more
    room = LIMIT - FORM.sizes([*head, *doors]) - max(FORM.size(closing), FORM.size(more))
    told, complete = fit(message.blocks, room, FORM, widest=WIDEST)
    last = closing if complete else more
    lines = [*head, *(text for block in told for text in block), *doors, *([last] if last else [])]
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(lines)}}


def read(body: str, name: str) -> Receipt:
    """The receipt in an answer.

    Raises:
        RateLimited, Busy: trying again can help.
        BadCredential: the robot or its key is gone.
        BadRequest, PermanentError, UnexpectedShape: it cannot.
    """
    try:
        answer = json.loads(body)
        code = int(answer["errcode"])
    except (ValueError, KeyError, TypeError):
        raise UnexpectedShape(f"WeCom robot {name}: the answer carries no errcode") from None
    if code == 0:
        return Receipt("0", one_line(str(answer.get("errmsg", ""))))
    raise _error(code, name)


def _error(code: int, name: str) -> OpsError:
    told = str(code)
    if code == 45009:
        return RateLimited(
            f"WeCom robot {name}: more than 20 messages in a minute; blocked for a minute",
            code=told,
            wait_seconds=60,
        )
    if code in (-1, 6000):
        return Busy(f"WeCom robot {name}: WeCom is busy ({code})", code=told)
    if code == 93000:
        return BadCredential(
            f"WeCom robot {name}: its key is wrong or the robot was removed from the group; add a robot to "
            f"the group and store its webhook address as the secret {name}",
            code=told,
        )
    if code == 45002:
        return BadRequest(f"WeCom robot {name}: the message was longer than {LIMIT} bytes", code=told)
    if code in (40008, 40058, 44004):
        return BadRequest(f"WeCom robot {name}: WeCom did not accept the message's form ({code})", code=told)
    return PermanentError(f"WeCom robot {name}: refused with errcode {code}", code=told)


class Wecom:
    """Sends to group robots by their secrets' names."""

    channel = "wecom"

    def __init__(self, resolve: Resolve, *, timeout: float = 20) -> None:
        self._resolve = resolve
        self._timeout = timeout

    def wait(self, recipient: str) -> None:
        """Until the robot may be sent to (see :class:`Notifier`)."""
        PACE.wait(web_address(self._resolve, recipient), LIMITS)

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:  # noqa: ARG002
        """Deliver one message to the robot whose secret is named ``recipient`` (see :class:`Notifier`)."""
        url = web_address(self._resolve, recipient)
        return read(
            post(url, render(message), name=f"WeCom robot {recipient}", timeout=self._timeout), recipient
        )
