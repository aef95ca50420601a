"""The digest for places without a page: message for chats and mails, Prefect's markdown and table artifacts."""

import re
from collections.abc import Iterable, Sequence

from tasks.messages import Block, Line, Message, Tone
from tasks.records import Level
from tasks.reporting.views import Card, DigestView, KpiRow, NoticeRow
from tasks.reporting.words import Words

SYNTAX = re.compile(r"([\\`*_\[\]<>|#])")


def _parts(shown: Card, w: Words) -> str:
    told = []
    for part in shown.parts:
        now = w["part"].format(label=part.label, now=part.now)
        moved = f"{w['comma']}{part.change}" if part.change else ""
        known = part.before != "—"
        then = w["part_before"].format(before=part.before, change=moved) if known else ""
        told.append(now + (w["in_brackets"].format(text=then) if then else ""))
    return f" {w['over']} ".join(told)


def _todo(shown: Card | NoticeRow, w: Words) -> str:
    due = w["comma"].join(part for part in (shown.due, shown.overdue) if part)
    return f"{w['next']}{w['colon']}{shown.action} · {w['owner']}{w['colon']}{shown.owner} · {due}"


def _card_line(shown: Card, tone: Tone, w: Words) -> Line:
    against = w["against"].format(actual=shown.actual, expected=shown.expected)
    behind = w["comma"].join(part for part in (shown.behind, shown.slippage) if part)
    text = f"{shown.chip.word} {shown.name}{w['colon']}{against}{w['comma']}{behind}"
    todo = _todo(shown, w)
    moved = w["stop"].join(part for part in (_parts(shown, w), shown.culprit) if part)
    cause = f"{w['reason']}{w['colon']}{shown.cause}" if shown.cause else ""
    tried = f"{w['try']}{w['colon']}{shown.tried}" if shown.tried else ""
    details = (cause, todo, moved, shown.needed, shown.landing, shown.small_print, tried)
    return Line(text, tone, tuple(detail for detail in details if detail))


def _cards(title: str, shown: Sequence[Card], level: Level, w: Words) -> list[Block]:
    lines = tuple(_card_line(one, level, w) for one in shown)
    return [Block(title, lines, keep=level is Level.red)] if lines else []


def _notices(rows: Sequence[NoticeRow], level: Level, w: Words) -> list[Block]:
    lines = tuple(
        Line(f"{row.chip.word} {row.name}{w['colon']}{row.reason}", level, (_todo(row, w),))
        for row in rows
        if row.chip.level == level
    )
    return [
        Block(f"{w['notices']}{w['in_brackets'].format(text=w[level.value])}", lines, keep=level is Level.red)
    ] * bool(lines)


def _row_text(row: KpiRow, w: Words) -> str:
    against = w["against"].format(actual=row.actual, expected=row.expected)
    noise = w["in_brackets"].format(text=w["noise"]) if row.noise else ""
    return f"{row.chip.word} {row.name}{w['colon']}{row.note or against + noise}"


def _trust_lines(view: DigestView, w: Words) -> tuple[Line, ...]:
    tone: Tone = {"bad": Level.red, "warn": Level.orange}.get(view.trust.tone, "plain")
    told = [Line(f"{w['completeness']}{w['colon']}{view.trust.completeness}", tone)]
    told += [Line(f"{title}{w['colon']}{w['list'].join(entries)}") for title, entries in view.trust.groups]
    told += [Line(text) for text in (view.trust.revised, view.trust.timing, view.judged_by) if text]
    return tuple(told)


def message(view: DigestView, w: Words, link: str, html: str) -> Message:
    """The digest as blocks in order of importance; channels shorten it from the end and keep the reds."""
    blocks = [
        *_cards(w["reds"], view.reds, Level.red, w),
        *_notices(view.notices, Level.red, w),
        *_cards(w["oranges"], view.oranges, Level.orange, w),
        *_notices(view.notices, Level.orange, w),
        *_cards(w["yellows"], view.yellows, Level.yellow, w),
        *_notices(view.notices, Level.yellow, w),
    ]
    if view.recovered:
        blocks.append(Block(w["recovered"], tuple(Line(text, Level.green) for text in view.recovered)))
    sure, *doubts = _trust_lines(view, w)
    blocks += [Block(w["trust"], (sure,), keep=True), Block("", tuple(doubts))]
    if view.moves:
        lines = tuple(
            Line(f"{m.arrow} {m.name} {m.before} → {m.now}{w['in_brackets'].format(text=m.change)} {m.word}")
            for m in view.moves
        )
        blocks.append(Block(w["moved"], lines))
    calm = tuple(Line(_row_text(row, w)) for row in view.rows if row.chip.level in ("green", "grey"))
    if calm:
        blocks.append(Block(w["other_kpis"], calm))
    if view.not_measured:
        blocks.append(Block(w["not_measured"], (Line(view.not_measured),)))
    return Message(
        title=view.title,
        verdict=Line(view.verdict, Level(view.worst)),
        blocks=tuple(blocks),
        link=link,
        link_text=w["open_page"] if link else "",
        more=w["more"],
        html=html,
    )


def _safe(value: str) -> str:
    return SYNTAX.sub(r"\\\1", " ".join(value.split()))


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(headers)} |", f"|{' --- |' * len(headers)}"]
    return lines + [f"| {' | '.join(_safe(cell) for cell in row)} |" for row in rows]


def markdown(view: DigestView, told: Message, w: Words) -> str:
    """The digest as a Prefect markdown artifact: verdict, what is behind, all KPIs, data trust."""
    lines = [
        f"# {_safe(view.verdict)}",
        "",
        f"{_safe(view.brand)} · {view.date} · {' · '.join(view.trust.summary)}",
    ]
    for block in told.blocks:
        if block.title == w["other_kpis"]:
            continue
        lines += ["", f"## {_safe(block.title)}", ""] if block.title else []
        for line in block.lines:
            lines.append(f"- **{_safe(line.text)}**" if line.details else f"- {_safe(line.text)}")
            lines += [f"    - {_safe(detail)}" for detail in line.details]
    headers = [
        w[key] for key in ("level", "kpi", "actual", "expected", "target", "lag", "week_change", "reason")
    ]
    rows = [
        (r.chip.word, r.name, r.actual, r.expected, r.target, r.lag, r.week_change, r.note or r.noise)
        for r in view.rows
    ]
    lines += ["", f"## {w['all_kpis']}", "", *_table(headers, rows)]
    if told.link:
        lines += ["", f"[{told.link_text}](<{told.link}>)"]
    return "\n".join(lines) + "\n"


def table(view: DigestView, w: Words) -> list[dict[str, str]]:
    """KPI × expected × actual × lag × level, with headers in the reader's language."""
    return [
        {
            w["kpi"]: row.name,
            w["expected"]: row.expected,
            w["actual"]: row.actual,
            w["lag"]: row.lag,
            w["level"]: row.chip.word,
            w["reason"]: row.note or row.noise,
        }
        for row in view.rows
    ]
