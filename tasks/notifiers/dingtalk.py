"""DingTalk custom robots (钉钉自定义机器人): markdown, body of at most 20,000 bytes; delivered is ``errcode`` 0.

A robot whose security setting is 加签 has its secret stored beside its address: ``DINGTALK_BOT_OPS`` holds the
address, ``DINGTALK_BOT_OPS_SIGN`` the secret (SEC…). Without the latter nothing is signed.

Source: open.dingtalk.com, 自定义机器人接入 (signature, 20 messages a minute, ten minutes' block); the body's limit is
the platform's own answer 460101 "message too long, exceed 20000 bytes", as seen in public threads; read 2026-11-23.
"""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tasks import calendars
from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    NotAuthorised,
    OpsError,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Line, Message
from tasks.notifiers.base import MARKS, Receipt, Resolve, one_line, signing_secret, web_address, web_link
from tasks.notifiers.fitting import Form, cut, fit, weight
from tasks.notifiers.pacing import PACE, Limits
from tasks.notifiers.webhooks import post

LIMIT = 20_000
"""Bytes of the whole body."""
LIMITS: Limits = ((18, 60.0),)
"""Below the platform's 20 a minute: one too many and it is silent for ten minutes."""
BLOCKED = 600.0
"""Seconds of that silence."""
VERDICT, TITLE, DETAIL, WIDEST, LINK = 1500, 300, 900, 2400, 1500
"""Bytes that single parts may take, so that none starves the others."""
BREAK = "  \n  "
"""A line break that every client shows: a single one is none."""
LOOKALIKES = str.maketrans("<>[]*`|~\\", "＜＞［］＊｀｜～＼")
"""DingTalk documents no escape; the wide forms read the same and are no markup."""
REFUSALS: dict[int, tuple[type[PermanentError], str]] = {
    40035: (BadRequest, "DingTalk did not accept the message's form ({code})"),
    300001: (
        BadCredential,
        "its token is wrong or the robot was removed from the group; add a custom robot to the group and store its "
        "webhook address as the secret {name}",
    ),
    460101: (BadRequest, f"the message was longer than {LIMIT} bytes"),
}


def escape(text: str, limit: int) -> str:
    """One line that cannot act as markup, of at most ``limit`` bytes."""
    return cut(one_line(text), limit, weight, lambda part: part.translate(LOOKALIKES))


def _line(line: Line, limit: int) -> str:
    mark = MARKS.get(line.tone, "•")
    return f"{mark} {escape(line.text, limit - weight(mark) - weight(BREAK) - 1)}"


FORM = Form(
    size=lambda text: weight(text) + weight(BREAK),
    title=lambda text: f"**{escape(text, TITLE)}**",
    line=_line,
    detail=lambda text: f"　　{escape(text, DETAIL)}",
    shortest=120,
)


def render(message: Message) -> dict[str, Any]:
    """The request body: verdict and ``keep`` blocks always, the rest by priority while it fits."""
    title = escape(message.title, TITLE) or "-"
    head = [f"**{title}**", f"**{_line(message.verdict, VERDICT)}**"]
    doors = [
        f"[{escape(text, TITLE)}]({address})"
        for address, text in [
            *((one.address, one.text) for one in message.links),
            (message.link, message.link_text or message.title),
        ]
        if web_link(address, LINK, "()<> ")
    ]
    more = escape(message.more, TITLE)
    room = LIMIT - len(json.dumps(_body(title, ""), ensure_ascii=False).encode())
    room -= FORM.sizes([*head, more, *doors])
    told, complete = fit(message.blocks, room, FORM, widest=WIDEST)
    lines = [*head, *(text for block in told for text in block), *([] if complete else [more]), *doors]
    return _body(title, BREAK.join(lines))


def _body(title: str, text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": {"isAtAll": False}}


def signed(url: str, secret: str) -> str:
    """The address with the present millisecond and its signature; as it is when there is no secret."""
    if not secret:
        return url
    stamp = f"{calendars.now().timestamp() * 1000:.0f}"
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    sign = urlencode({"timestamp": stamp, "sign": base64.b64encode(digest).decode()})
    return f"{url}{'&' if '?' in url else '?'}{sign}"


def read(body: str, name: str) -> Receipt:
    """The receipt in an answer.

    Raises:
        RateLimited, Busy: trying again can help.
        BadCredential, NotAuthorised: the robot is gone, or does not let this message in.
        BadRequest, PermanentError, UnexpectedShape: it cannot.
    """
    try:
        answer = json.loads(body)
        code = int(answer["errcode"])
    except (ValueError, KeyError, TypeError):
        raise UnexpectedShape(f"DingTalk robot {name}: the answer carries no errcode") from None
    if code == 0:
        return Receipt("0", one_line(str(answer.get("errmsg", "")))[:80])
    raise _error(code, str(answer.get("errmsg", "")), name)


def _error(code: int, said: str, name: str) -> OpsError:
    robot, told = f"DingTalk robot {name}", str(code)
    if code == 130101:
        return RateLimited(
            f"{robot}: more than 20 messages in a minute; blocked for ten minutes",
            code=told,
            wait_seconds=BLOCKED,
        )
    if code == -1:
        return Busy(f"{robot}: DingTalk is busy (-1)", code=told)
    if code == 310000:
        return NotAuthorised(f"{robot}: {_barred(said, name)}", code=told)
    kind, words = REFUSALS.get(code, (PermanentError, "refused with errcode {code}"))
    return kind(f"{robot}: {words.format(name=name, code=code)}", code=told)


def _barred(said: str, name: str) -> str:
    """What to do about a security setting that kept the message out; only the answer's words tell which."""
    if "keyword" in said:
        return "the robot asks for a keyword that the message lacks; use 加签 instead"
    if "whitelist" in said or "ip" in said.lower().split():
        return "this machine's IP address is not on the robot's allow-list"
    return (
        f"the signature was refused; store the secret of its 加签 setting as the secret {name}_SIGN, and check that "
        "this machine's clock is right"
    )


class Dingtalk:
    """Sends to custom robots by their secrets' names."""

    channel = "dingtalk"

    def __init__(self, resolve: Resolve, *, timeout: float = 20) -> None:
        self._resolve = resolve
        self._timeout = timeout

    def wait(self, recipient: str) -> None:
        """Until the robot may be sent to (see :class:`Notifier`)."""
        PACE.wait(web_address(self._resolve, recipient), LIMITS)

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:  # noqa: ARG002
        """Deliver one message to the robot whose secret is named ``recipient`` (see :class:`Notifier`)."""
        url = signed(web_address(self._resolve, recipient), signing_secret(self._resolve, recipient))
        return read(
            post(url, render(message), name=f"DingTalk robot {recipient}", timeout=self._timeout), recipient
        )
