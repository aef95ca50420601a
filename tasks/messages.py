"""What is said, apart from how a channel says it (floor 1).

A report or an alert is one :class:`Message`: blocks in order of importance. Notifiers render it to their
channel's own format and drop blocks from the end when a size limit asks for it; the first block always stays.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tasks.records import Level

Tone: TypeAlias = Level | Literal["plain"]


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
class Message:
    """One message: ``verdict`` is the sentence a reader remembers."""

    title: str
    verdict: Line
    blocks: tuple[Block, ...] = ()
    link: str = ""
    link_text: str = ""
    more: str = "…"
    """What stands for everything that a channel's size limit left out, in the reader's language."""
    html: str = field(default="", repr=False)
    """Full e-mail body, CSS inlined; empty: the channel makes one from the blocks."""

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
        return "\n".join(lines) + "\n"
