"""What is said, apart from how a channel says it (floor 1).

A report or an alert is one :class:`Message`: blocks in order of importance. Notifiers render it to their
channel's own format and drop blocks from the end when a size limit asks for it; the first block always stays.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tasks.records import Level

Tone: TypeAlias = Level | Literal["plain"]
Status: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One check of the installation: what was found, what follows from it, and the one thing to do about it."""

    check: str
    """Stable name for programs, e.g. ``token`` or ``endpoint.oa.user_summary``."""
    title: str
    """The same for a reader, in their language."""
    status: Status
    found: str
    account: str = ""
    """Key of the account; empty for what there is once."""
    consequence: str = ""
    remedy: str = ""
    code: str = ""
    """The platform's code, or the class of the error where it gave none."""


@dataclass(frozen=True)
class Line:
    """One sentence with a colour, and figures or instructions under it."""

    text: str
    tone: Tone = "plain"
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A titled group of lines. ``keep`` blocks survive every shortening."""

    title: str
    lines: tuple[Line, ...]
    keep: bool = False


@dataclass(frozen=True)
class Link:
    """Something a reader can do with one click."""

    text: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a message where the channel can carry one."""

    name: str
    media_type: str
    """Such as ``text/csv``."""
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """One message: ``verdict`` is the sentence a reader remembers."""

    title: str
    verdict: Line
    blocks: tuple[Block, ...] = ()
    link: str = ""
    link_text: str = ""
    links: tuple[Link, ...] = ()
    """What a reader can do besides reading on."""
    more: str = "…"
    """What stands for everything that a channel's size limit left out, in the reader's language."""
    html: str = field(default="", repr=False)
    """Full e-mail body, CSS inlined; empty: the channel makes one from the blocks."""
    plain: str = field(default="", repr=False)
    """Full text alternative of the e-mail; empty: :attr:`text`."""
    attachments: tuple[Attachment, ...] = ()
    """Of the e-mail; chats carry none and point to the page."""

    @property
    def text(self) -> str:
        """The whole message as plain text: for readers without HTML, and for logs."""
        lines = [self.title, "", self.verdict.text]
        for block in self.blocks:
            lines += ["", *([f"■ {block.title}"] if block.title else [])]
            for line in block.lines:
                lines += [f"- {line.text}", *(f"  {detail}" for detail in line.details)]
        if self.link:
            lines += ["", f"{self.link_text} {self.link}".strip()]
        lines += [f"{one.text} {one.address}" for one in self.links]
        return "\n".join(lines) + "\n"
