"""Fits a message's blocks into a channel's size limit, most important first.

Order of claims on the room: the lines of ``keep`` blocks, their titles, their details, then the other blocks
one after the other. What does not fit is dropped from the end, never from the middle of a block's lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.messages import Block, Line


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


def _with_details(
    form: Form, lines: Sequence[Line], texts: Sequence[str], room: int
) -> tuple[list[str], int, bool]:
    told: list[str] = []
    complete = True
    for line, text in zip(lines, texts, strict=True):
        told.append(text)
        for detail in map(form.detail, line.details):
            if form.size(detail) > room:
                complete = False
                break
            told.append(detail)
            room -= form.size(detail)
    return told, room, complete


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

    titles: dict[int, list[str]] = {}
    for index in sorted({index for index, _ in must}):
        title = form.title(blocks[index].title)
        if blocks[index].title and form.size(title) <= room:
            titles[index] = [title]
            room -= form.size(title)

    told: dict[int, list[str]] = {}
    for index in sorted({index for index, _ in must}):
        mine = [(line, text) for (owner, line), text in zip(must, written, strict=True) if owner == index]
        lines, room, whole = _with_details(form, [line for line, _ in mine], [text for _, text in mine], room)
        told[index] = titles.get(index, []) + lines
        complete &= whole

    for index, block in enumerate(blocks):
        if block.keep:
            continue
        texts = [form.title(block.title)] * bool(block.title) + [
            form.line(line, widest) for line in block.lines
        ]
        if form.sizes(texts) > room:
            complete = False
            break
        room -= form.sizes(texts)
        head = texts[: bool(block.title)]
        lines, room, whole = _with_details(form, block.lines, texts[bool(block.title) :], room)
        told[index] = head + lines
        if not whole:
            complete = False
            break
    return [told[index] for index in sorted(told)], complete
