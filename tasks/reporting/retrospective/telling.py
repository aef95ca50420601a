"""The week for places without a page: message for chats and mails, Prefect's markdown and table artifacts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tasks.messages import Block, Line, Message, Tone
from tasks.records import Level
from tasks.reporting.retrospective.views import Agenda, AgendaRow, CallRow, View
from tasks.reporting.telling import SYNTAX
from tasks.reporting.words import Words

TONES: dict[str, Tone] = {"kill": Level.red, "keep": Level.green}
MOST = 12
"""Lines of a block: a chat is no table, the page has them all."""
MOST_PLAIN = 40
"""The same in a mail's text."""
LONGEST = 160
"""Characters of a line."""


def message(view: View, w: Words, link: str, html: str) -> Message:
    """What is said of the week, most important first: stops, repeats and reds survive every shortening."""
    told = Message(
        title=view.title,
        verdict=Line(view.verdict, Level(view.worst)),
        blocks=_blocks(view, w, MOST),
        link=link,
        link_text=w["open_page"] if link else "",
        more=w["more"],
        html=html,
    )
    whole = replace(told, blocks=(*_blocks(view, w, MOST_PLAIN), *_tables(view, w)))
    return replace(told, plain=whole.text)


def _blocks(view: View, w: Words, most: int) -> tuple[Block, ...]:
    agenda = {one.key: one for one in view.agenda}
    reds = [row for row in agenda["alerts"].rows if row.chip and row.chip.level == "red"]
    oranges = [row for row in agenda["alerts"].rows if row not in reds]
    tiles = [
        Line(
            f"{tile.title}{w['colon']}{tile.figure}",
            _tone(tile.chip.level if tile.chip else ""),
            (tile.text,),
        )
        for tile in view.tiles
        if tile.anchor != "meeting"
    ]
    changes = [f"{c.name} {c.before} → {c.now}{w['comma']}{c.change}" for c in view.changes]
    changes += [view.changes_note] if changes and view.changes_note else []
    topics = [
        Line(f"{name}{w['in_brackets'].format(text=group.source)}", details=(asked,) if asked else ())
        for group in view.topics
        for name, asked, _ in group.rows
    ]
    told = (
        (w["kills"], [_call(row, w) for row in view.kills], True),
        (w["keeps"], [_call(row, w) for row in view.keeps], True),
        (w["agenda_reds"], [_agenda(row) for row in reds], True),
        (w["glance"], tiles, False),
        ("", [Line(f"{w['sameness']}{w['colon']}{text}", Level.orange) for text in view.sameness], False),
        (agenda["overdue"].title, _late(agenda["overdue"]), False),
        (w["agenda_oranges"], [_agenda(row) for row in oranges], False),
        (w["lifts"], [Line(f"{row.text}{w['comma']}{row.interval}") for row in view.lifts], False),
        (w["changes"], [Line(text) for text in changes], False),
        (w["trust"], [Line(text) for text in (view.trust.completeness, *view.doubts)], False),
        (w["labels"], [Line(view.unlabelled)], False),
        *(
            (agenda[key].title, [_agenda(row) for row in agenda[key].rows], False)
            for key in ("due", "decided_before", "decided", "planned")
        ),
        (w["topics"], topics, False),
    )
    return tuple(_block(title, lines, most, w, keep=keep) for title, lines, keep in told if lines)


def _late(late: Agenda) -> list[Line]:
    """What is overdue; the footnote never stands alone, as if it were."""
    rows = [_agenda(row) for row in late.rows]
    return [*(rows or [Line(late.empty)]), Line(late.footnote)] if late.footnote else rows


def _tables(view: View, w: Words) -> tuple[Block, ...]:
    """What a chat leaves to the page, for readers of a mail without HTML."""
    funnels = [
        f"{f.account} {s.name}{w['in_brackets'].format(text=s.note) if s.note else ''}{w['colon']}"
        f"{s.count}{w['comma']}{s.rate}{w['comma']}{w['usual']} {s.usual}"
        for f in view.funnels
        if not f.content
        for s in f.steps
    ]
    mixes = [
        f"{r.chip.word} {m.title} {r.name}{w['colon']}{r.share}{w['comma']}{w['planned']} {r.target}"
        for m in view.mixes
        for r in m.rows
    ]
    pulse = [
        f"{p.name}{w['colon']}{p.now}{w['comma']}{w['before']} {p.before}{w['comma']}{w['limit']} {p.limit}"
        for p in view.pulse
    ]
    sends = [
        f"{s.when} {s.topic}{w['in_brackets'].format(text=s.note) if s.note else ''}{w['colon']}{s.cost}"
        for s in view.sends
    ]
    items = [
        f"{r.date} {r.title}{w['colon']}{w['readers_at']} {' / '.join(text for text, _ in r.ages)}"
        for r in view.items
    ]
    told = (
        (w["tests"], [_call(row, w) for row in view.tests]),
        (w["mix"], [Line(text) for text in mixes]),
        (w["funnel"], [Line(text) for text in funnels]),
        (w["pulse"], [Line(text) for text in pulse]),
        (w["sends"], [Line(text) for text in sends]),
        (w["items"], [Line(text) for text in items]),
    )
    return tuple(_block(title, lines, MOST_PLAIN, w) for title, lines in told if lines)


def _tone(level: str) -> Tone:
    return Level(level) if level in ("red", "orange", "yellow") else "plain"


def _block(title: str, lines: Sequence[Line], most: int, w: Words, *, keep: bool = False) -> Block:
    left = len(lines) - most
    shown = [Line(_cut(line.text), line.tone, tuple(map(_cut, line.details))) for line in lines[:most]]
    more = (Line(w["rest"].format(n=left)),) if left > 0 else ()
    return Block(title, (*shown, *more), keep=keep)


def _cut(text: str) -> str:
    """A text as long as a line bears it: titles come from outside."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _call(row: CallRow, w: Words) -> Line:
    effect = f"{w['colon']}{row.effect}" if row.effect else ""
    against = f"{row.rate}{w['comma']}{w['baseline_word']} {row.baseline}"
    size = " · ".join(filter(None, (against, row.posts, row.readers, row.account)))
    return Line(f"{row.word} {row.name}{effect}", TONES.get(row.call, "plain"), (size,))


def _agenda(row: AgendaRow) -> Line:
    word = f"{row.chip.word} " if row.chip else ""
    tone = _tone(row.chip.level if row.chip else "")
    return Line(f"{word}{row.title}", tone, (row.details,) if row.details else ())


def safe(value: str) -> str:
    """Text that Markdown takes for nothing but text."""
    return SYNTAX.sub(r"\\\1", " ".join(value.split()))


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(map(safe, headers))} |", f"|{' --- |' * len(headers)}"]
    return lines + [f"| {' | '.join(safe(_cut(cell)) for cell in row)} |" for row in rows]


def markdown(view: View, told: Message, w: Words) -> str:
    """The week as a Prefect markdown artifact: verdict, calls, then what the message says."""
    lines = [f"# {safe(view.verdict_head)}", "", safe(view.verdict), ""]
    lines += [f"{safe(view.brand)} · {safe(view.period)} · {safe(' · '.join(view.trust.summary))}", ""]
    decided = (*view.kills, *view.keeps)
    if decided:
        heads = [w["calls"], w["what"], view.rate, w["baseline_word"], w["effect"], w["evidence"]]
        rows = [
            (row.word, row.name, row.rate, row.baseline, row.effect, f"{row.posts} · {row.readers}")
            for row in decided
        ]
        lines += [*_table(heads, rows), ""]
    for block in told.blocks:
        if block.title in (w["kills"], w["keeps"]):
            continue
        lines += [f"## {safe(block.title)}", ""] if block.title else []
        for line in block.lines:
            lines.append(f"- **{safe(line.text)}**" if line.details else f"- {safe(line.text)}")
            lines += [f"    - {safe(detail)}" for detail in line.details]
        lines.append("")
    if told.link:
        lines.append(f"[{told.link_text}](<{told.link}>)")
    return "\n".join(lines).rstrip() + "\n"


def table(view: View, w: Words) -> list[dict[str, str]]:
    """Every call with what decided it, with headers in the reader's language."""
    return [
        {
            w["calls"]: row.word,
            w["what"]: row.name,
            view.rate: row.rate,
            w["baseline_word"]: row.baseline,
            w["interval"]: row.interval,
            w["effect"]: row.effect,
            w["evidence"]: f"{row.posts} · {row.readers}",
            w["more_head"]: row.more,
            w["reason"]: row.reason,
        }
        for row in (*view.kills, *view.keeps, *view.tests)
    ]
