"""Fits a message's blocks into a channel's size limit, most important first.

Order of claims on the room: the lines of ``keep`` blocks, their titles, their first details (cause, next action),
then the other blocks one after the other in the same way, then all further details. Within a block every line has
its first detail before any has its second. What does not fit is dropped from the end, never from the middle.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.messages import Block, Line

FIRST = 2
"""Details of a line that go before the lines of less important blocks."""


@dataclass(frozen=True)
class Form:
    """How a channel writes the parts of a message, and how it measures them."""

    size: Callable[[str], int]
    """Size of one written line in the channel's own measure, its line break included."""
    title: Callable[[str], str]
    line: Callable[[Line, int], str]
    """A line written in at most that size."""
    detail: Callable[[str], str]
    shortest: int
    """A line squeezed below this size says nothing any more."""

    def sizes(self, texts: Sequence[str]) -> int:
        """Size of several written lines."""
        return sum(self.size(text) for text in texts)


def weight(text: str) -> int:
    """Bytes of the text within a JSON body, quotes left out."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def cut(text: str, limit: int, size: Callable[[str], int], escape: Callable[[str], str] = str) -> str:
    """``text`` escaped, in at most ``limit``; cut between characters, with an ellipsis where it was cut."""
    whole = escape(text)
    if size(whole) <= limit:
        return whole
    kept, room = [], limit - size("…")
    if room < 0:
        return ""
    for char in text:
        piece = escape(char)
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """``room`` divided so that short lines get all they want and long ones share the rest equally."""
    shares = [0] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for position, index in enumerate(order):
        shares[index] = min(wanted[index], room // (len(order) - position))
        room -= shares[index]
    return shares


@dataclass
class _Told:
    """What of one line is written."""

    line: Line
    texts: list[str]
    full: bool = False
    """No room for its next detail, so none for those after it."""

    def add(self, form: Form, room: int, most: int) -> int:
        """Writes the next detail where there is room and fewer than ``most`` are; the room that is left."""
        rank = len(self.texts) - 1
        if self.full or rank >= min(most, len(self.line.details)):
            return room
        text = form.detail(self.line.details[rank])
        self.full = form.size(text) > room
        if self.full:
            return room
        self.texts.append(text)
        return room - form.size(text)


def _deepen(lines: Sequence[_Told], form: Form, room: int, most: int) -> int:
    """Gives the lines their details in turn, up to ``most`` each; the room that is left."""
    for _ in range(min(most, max((len(told.line.details) for told in lines), default=0))):
        for told in lines:
            room = told.add(form, room, most)
    return room


def fit(blocks: Sequence[Block], room: int, form: Form, *, widest: int) -> tuple[list[list[str]], bool]:
    """The written lines of each block that fits, in order, and whether everything did.

    Args:
        blocks: in order of importance.
        room: the channel's room for all of them, in its own measure.
        form: how the channel writes and measures.
        widest: no single line may be larger.

    Returns:
        One list of written lines per surviving block, with its title first. The lines of ``keep`` blocks are
        all there as long as each can have ``form.shortest``; beyond that the last of them are left out.
    """
    must = [(index, line) for index, block in enumerate(blocks) if block.keep for line in block.lines]
    most = max(room // form.shortest, 0)
    complete = len(must) <= most
    must = must[:most]
    shares = _shares([form.size(form.line(line, widest)) for _, line in must], room)
    written = [form.line(line, share) for (_, line), share in zip(must, shares, strict=True)]
    complete &= all(form.line(line, widest) == text for (_, line), text in zip(must, written, strict=True))
    room -= form.sizes(written)

    heads: dict[int, list[str]] = {}
    told: dict[int, list[_Told]] = {}
    for (index, line), text in zip(must, written, strict=True):
        told.setdefault(index, []).append(_Told(line, [text]))
    for index in told:
        head = form.title(blocks[index].title)
        if blocks[index].title and form.size(head) <= room:
            heads[index] = [head]
            room -= form.size(head)
    room = _deepen([line for lines in told.values() for line in lines], form, room, FIRST)

    for index, block in enumerate(blocks):
        if block.keep:
            continue
        title = [form.title(block.title)] * bool(block.title)
        texts = [form.line(line, widest) for line in block.lines]
        if form.sizes([*title, *texts]) > room:
            complete = False
            break
        room -= form.sizes([*title, *texts])
        heads[index] = title
        told[index] = [_Told(line, [text]) for line, text in zip(block.lines, texts, strict=True)]
        room = _deepen(told[index], form, room, FIRST)

    order = [line for index in sorted(told) for line in told[index]]
    _deepen(order, form, room, max((len(line.line.details) for line in order), default=0))
    complete &= all(len(line.texts) > len(line.line.details) for line in order)
    return [
        [*heads.get(index, []), *(text for line in told[index] for text in line.texts)]
        for index in sorted(told)
    ], complete
