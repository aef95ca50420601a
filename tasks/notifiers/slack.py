"""Slack incoming webhooks: Block Kit within its limits; delivered only when the body says ``ok``.

Source: docs.slack.dev, Incoming webhooks and Block Kit reference (50 blocks, section 3,000 and header 150
characters).
"""

import html
import http.client
import logging
from typing import Any

from slack_sdk.errors import SlackRequestError
from slack_sdk.webhook import WebhookClient

from tasks.errors import BadCredential, BadRequest, Busy, NotAuthorised, OpsError, PermanentError, Timeout
from tasks.messages import Line, Message
from tasks.notifiers.base import MARKS, MayHaveArrived, Receipt, Resolve, one_line, web_address, web_link
from tasks.notifiers.fitting import Form, cut, fit
from tasks.notifiers.pacing import PACE, Limits
from tasks.notifiers.webhooks import refused

BLOCKS = 50
SECTION = 3000
HEADER = 150
TOTAL = 12_000
"""Characters in all: beyond some 13,000 Slack answers ``msg_blocks_too_long``, which no page documents."""
VERDICT, DETAIL, WIDEST, LINK = 1000, 600, 1500, 2000
"""Characters that single parts may take, so that none starves the others."""
LIMITS: Limits = ((5, 5.0),)
"""One message a second, of which the platform takes a short burst at once."""

# The client logs the webhook's address at DEBUG; a private, silent logger keeps it nowhere.
_SILENT = logging.Logger("slack", logging.CRITICAL + 1)


def escape(text: str, limit: int) -> str:
    """One line that cannot act as markup or mention anybody, of at most ``limit`` characters."""
    return cut(one_line(text), limit, len, lambda part: html.escape(part, quote=False))


def _line(line: Line, limit: int) -> str:
    return f"{MARKS.get(line.tone, '•')} {escape(line.text, limit - 3)}"


FORM = Form(
    size=lambda text: len(text) + 1,
    title=lambda text: f"*{escape(text, HEADER)}*",
    line=_line,
    detail=lambda text: f"      {escape(text, DETAIL)}",
    shortest=60,
)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _packed(blocks: list[list[str]]) -> list[dict[str, Any]]:
    """One section per block where that stays within Slack's limits, else as few as possible."""
    apart = len(blocks) <= BLOCKS // 2
    packed: list[str] = []
    for block in blocks:
        for position, text in enumerate(block):
            fresh = not packed or (apart and position == 0) or len(packed[-1]) + 1 + len(text) > SECTION
            if fresh:
                packed.append(text)
            else:
                packed[-1] += f"\n{text}"
    return [_section(text) for text in packed]


def render(message: Message) -> dict[str, Any]:
    """The webhook's body: header, verdict, ``keep`` blocks always, the rest by priority while it fits."""
    head = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": cut(one_line(message.title), HEADER, len) or "-"},
        },
        _section(f"*{_line(message.verdict, VERDICT)}*"),
    ]
    doors = [
        f"<{html.escape(address, quote=False)}|{escape(text, HEADER)}>"
        for address, text in [
            (message.link, message.link_text or message.title),
            *((one.address, one.text) for one in message.links),
        ]
        if web_link(address, LINK, "<>| ")
    ]
    more = sum(map(len, doors[1:]))
    told, complete = fit(message.blocks, TOTAL - more, FORM, widest=WIDEST)
    last = [] if complete else [_section(escape(message.more, HEADER))]
    last += map(_section, doors)
    summary = escape(f"{message.title} {message.verdict.text}", SECTION)
    return {"text": summary, "blocks": [*head, *_packed(told), *last]}


def read(status: int, body: str, wait: str, name: str) -> Receipt:
    """The receipt in an answer: HTTP 200 and the word ``ok``.

    Raises:
        BadCredential, NotAuthorised, BadRequest, PermanentError: somebody must change something.
        RateLimited, Busy: trying again can help.
    """
    said = one_line(body)[:80]
    if status == 200 and said == "ok":
        return Receipt("ok", "")
    raise _error(status, said, wait, name)


def _error(status: int, said: str, wait: str, name: str) -> OpsError:
    if said in (
        "invalid_token",
        "no_service",
        "no_service_id",
        "no_team",
        "no_active_hooks",
        "team_disabled",
    ):
        return BadCredential(
            f"Slack {name}: the webhook is gone ({said}); make a new one and store its address as the secret "
            f"{name}",
            code=said,
        )
    if said in (
        "action_prohibited",
        "posting_to_general_channel_denied",
        "channel_is_archived",
        "channel_not_found",
    ):
        return NotAuthorised(
            f"Slack {name}: posting there is not possible ({said}); ask a Slack admin", code=said
        )
    if said.startswith(("invalid_", "no_text", "too_many_", "user_not_found", "missing_text")):
        return BadRequest(f"Slack {name}: the message's form was refused ({said})", code=said)
    if status == 200:
        return PermanentError(f"Slack {name}: the answer was not 'ok'; not counted as delivered", code="200")
    return refused(status, wait, f"Slack {name}")


class Slack:
    """Sends to incoming webhooks by their secrets' names."""

    channel = "slack"

    def __init__(self, resolve: Resolve, *, timeout: float = 20) -> None:
        self._resolve = resolve
        self._timeout = timeout

    def wait(self, recipient: str) -> None:
        """Until the webhook may be sent to (see :class:`Notifier`)."""
        PACE.wait(web_address(self._resolve, recipient), LIMITS)

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:  # noqa: ARG002
        """Deliver one message to the webhook whose secret is named ``recipient`` (see :class:`Notifier`)."""
        url = web_address(self._resolve, recipient)
        # No retry handlers: a repeat after a broken connection could deliver twice.
        client = WebhookClient(url, timeout=max(int(self._timeout), 1), logger=_SILENT, retry_handlers=[])
        client.proxy = None  # urllib reads the proxy settings itself and, unlike the client, honours no_proxy
        try:
            answer = client.send_dict(render(message))
        except SlackRequestError:
            raise BadRequest(f"Slack {recipient}: the request could not be built") from None
        except (OSError, http.client.HTTPException) as error:
            raise _broken(error, recipient) from None
        return read(answer.status_code, answer.body or "", answer.headers.get("Retry-After", ""), recipient)


def _broken(error: Exception, name: str) -> OpsError:
    reason = getattr(error, "reason", None)
    if reason is None:  # urllib wraps what fails before the request is out; anything bare came after
        return MayHaveArrived(
            f"Slack {name}: no answer after the message was handed over ({type(error).__name__}); look there "
            "first, then resend by hand if it is missing"
        )
    if isinstance(reason, TimeoutError):
        return Timeout(f"Slack {name}: no connection in time")
    return Busy(f"Slack {name}: no connection ({type(reason).__name__})")
