"""A message as a mail: subject, plain text, HTML and the headers that name it.

The Message-ID is made from the ledger's key, so a message that was sent twice after all is one message to a
mailbox.
"""

import hashlib
import html
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from tasks.errors import ConfigurationError
from tasks.messages import Line, Link, Message, Tone
from tasks.notifiers.base import one_line
from tasks.records import Level

COLOURS: dict[Tone, str] = {
    Level.red: "#b42318",
    Level.orange: "#9a5200",
    Level.yellow: "#6b5500",
    Level.green: "#0b7a75",
    Level.grey: "#5b6270",
}
BUTTON = (
    "display:inline-block;margin:0 8px 8px 0;padding:8px 14px;border:1px solid #2f5bd0;border-radius:6px;"
    "color:#2f5bd0;text-decoration:none"
)
SUBJECT = 150


def _html_line(line: Line) -> str:
    colour = COLOURS.get(line.tone, "#16181d")
    weight = "bold" if line.tone in COLOURS or line.details else "normal"
    details = "".join(
        f'<br><span style="color:#5b6270">{html.escape(detail)}</span>' for detail in line.details
    )
    text = f'<span style="color:{colour};font-weight:{weight}">{html.escape(line.text)}</span>'
    return f'<p style="margin:6px 0;line-height:1.5">{text}{details}</p>'


def html_text(message: Message) -> str:
    """The message's own HTML, or a plain one made from its blocks."""
    if message.html:
        return message.html
    parts = [f'<h1 style="font-size:22px">{html.escape(message.title)}</h1>', _html_line(message.verdict)]
    for block in message.blocks:
        title = f'<h2 style="font-size:16px">{html.escape(block.title)}</h2>' if block.title else ""
        parts += [title, *map(_html_line, block.lines)]
    doors = [Link(message.link_text or message.link, message.link)] * bool(message.link)
    row = "".join(
        f'<a href="{html.escape(one.address)}" style="{BUTTON}">{html.escape(one.text)}</a> '
        for one in (*doors, *message.links)
    )
    parts += [f'<p style="margin:18px 0">{row}</p>'] * bool(row)
    style = "font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif;max-width:680px"
    head = '<!doctype html><html><head><meta charset="utf-8"></head>'
    return f'{head}<body style="{style}">{"".join(parts)}</body></html>'


def name_of(key: str) -> str:
    """The part of the Message-ID before the @: says which delivery of the ledger a mail was."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def render(message: Message, *, sender: str, recipient: str, key: str) -> EmailMessage:
    """The mail, complete but for its Date.

    Raises:
        ConfigurationError: sender or recipient is not a mail address.
    """
    for role, address in (("sender", sender), ("recipient", recipient)):
        if "@" not in parseaddr(address)[1] or one_line(address) != address:
            raise ConfigurationError(f"the mail {role} '{one_line(address)}' is not a mail address")
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = one_line(message.title)[:SUBJECT]
    mail["From"] = sender
    mail["To"] = recipient
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail["Message-ID"] = f"<{name_of(key)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.plain or message.text)
    mail.add_alternative(html_text(message), subtype="html")
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=one_line(attachment.name)
        )
    return mail
