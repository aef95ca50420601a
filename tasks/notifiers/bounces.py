"""Mails that came back: delivery status notifications (RFC 3464) in the Maildir of the sender's address.

A mail server that took a mail over may still fail to deliver it, and says so by mail to the sender. Whoever runs
the server lets it drop those into a Maildir, or fetches them there; nothing else of the folder is touched.
"""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from tasks.errors import ConfigurationError
from tasks.notifiers.base import one_line

SEEN = "S"
LONGEST = 300
"""Characters of a reason that are kept."""


@dataclass(frozen=True)
class Bounce:
    """One recipient whom one mail did not reach."""

    message_name: str
    """The part before the @ of the Message-ID of the mail that came back."""
    recipient: str
    reason: str


def returned(folder: Path) -> Iterator[tuple[Bounce, ...]]:
    """Each notification that nobody has looked at yet, and what it tells; marked as seen once it was taken in.

    Mails that are no notifications stay as they are, and so do notifications of a mere delay.

    Raises:
        ConfigurationError: the folder is no Maildir.
    """
    if not all((folder / part).is_dir() for part in ("cur", "new", "tmp")):
        raise ConfigurationError(
            f"WECHAT_OPS_BOUNCE_MAILDIR: {folder} is no Maildir (it needs the folders cur, new and tmp)"
        )
    box = mailbox.Maildir(folder, create=False)
    for key in sorted(box.keys()):
        mail = box[key]
        if SEEN in mail.get_flags():
            continue
        found = tuple(bounces(mail))
        if not found:
            continue
        yield found
        # Only now: killed before, the notification is simply read again.
        mail.add_flag(SEEN)
        mail.set_subdir("cur")
        box[key] = mail


def bounces(mail: Message) -> Iterator[Bounce]:
    """The recipients whom a mail did not reach; none when it is no notification of a failure."""
    if mail.get_content_type() != "multipart/report":
        return
    name = _name_of_original(mail)
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status" or not name:
            continue
        for block in _inside(part):
            recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
            if str(block.get("Action", "")).strip().lower() == "failed" and recipient:
                told = (block.get("Status"), block.get("Diagnostic-Code"))
                reason = one_line(" ".join(str(one) for one in told if one))[:LONGEST]
                yield Bounce(name, recipient.rpartition(";")[2].strip(), reason)


def _name_of_original(mail: Message) -> str:
    """Which mail came back: the notification carries it, or at least its headers."""
    for part in mail.walk():
        kind = part.get_content_type()
        mails: list[Message] = []
        if kind == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            mails = [message_from_bytes(headers.lstrip())] if isinstance(headers, bytes) else []
        elif kind in ("message/rfc822", "message/rfc822-headers"):
            mails = _inside(part)
        original = next((str(one.get("Message-ID", "")) for one in mails), "")
        if "<" in original:
            return original.partition("<")[2].partition("@")[0].strip()
    return ""


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
