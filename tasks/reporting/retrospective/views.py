"""What the week's page shows, already in words: one view makes page, mail, chat message and artifacts.

Every text is ready to print; the few numbers beside them are for drawing, 0–1 unless said otherwise.
"""

from dataclasses import dataclass

from tasks.reporting.views import Chip, TrustView


@dataclass(frozen=True)
class Tile:
    """One thing of the first screen: what it is about, its figure, and what it means."""

    chip: Chip | None
    title: str
    figure: str
    text: str
    anchor: str
    """Section of the page that says more."""


@dataclass(frozen=True)
class Range:
    """A rate with its interval beside what it is held against."""

    low: float
    high: float
    rate: float
    baseline: float


@dataclass(frozen=True)
class CallRow:
    """What to do with one template, type, scene, hour slot or author, and why."""

    call: str
    """``kill``, ``keep`` or ``test``."""
    word: str
    label: str
    member: str
    account: str
    rate: str
    baseline: str
    interval: str
    effect: str
    posts: str
    readers: str
    more: str
    """How many more sends would decide it, or that more will hardly tell; empty when decided."""
    reason: str
    range: Range | None
    says: str
    """What the drawing of the range shows, in words."""

    @property
    def name(self) -> str:
        """What it is about, in one piece."""
        return f"{self.label} {self.member}"


@dataclass(frozen=True)
class LiftRow:
    """What one label does to a rate, in a sentence."""

    text: str
    account: str
    factor: str
    interval: str
    posts: str
    is_up: bool


@dataclass(frozen=True)
class MixRow:
    """One part of a planned mix."""

    chip: Chip
    name: str
    share: str
    target: str
    items: str
    at: float
    """Where its bar ends."""
    low: float
    high: float
    """Where all is well."""


@dataclass(frozen=True)
class Mix:
    """One planned mix, or why it cannot be judged."""

    title: str
    note: str
    rows: tuple[MixRow, ...]


@dataclass(frozen=True)
class FunnelStep:
    """One step of a funnel."""

    chip: Chip | None
    """None where there is nothing to judge."""
    name: str
    count: str
    rate: str
    usual: str
    planned: str
    lost: str
    note: str
    """Which data it lacks; empty when it has all."""
    is_approx: bool
    is_broken: bool
    width: float


@dataclass(frozen=True)
class Funnel:
    """The funnel of an account, or of one content type of it."""

    account: str
    content: str
    """Empty: all content of the account."""
    steps: tuple[FunnelStep, ...]


@dataclass(frozen=True)
class Part:
    """What one member adds to a rate's change."""

    label: str
    member: str
    total: str
    mix: str
    within: str
    weight: float
    """Of the largest part of the rate, −1 to 1."""


@dataclass(frozen=True)
class Change:
    """How a rate moved, and through what."""

    name: str
    before: str
    now: str
    change: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ItemRow:
    """One piece of content with its figures at each age."""

    title: str
    url: str
    channel: str
    account: str
    date: str
    labels: tuple[str, ...]
    is_unlabelled: bool
    ages: tuple[tuple[str, bool], ...]
    """Readers at each age, and whether the age is reached."""
    figures: tuple[tuple[str, str], ...]
    """The other figures by their heads, at the oldest age reached."""
    age: str
    more_labels: tuple[str, ...]
    """The other labels, each with its name."""
    left: tuple[float, ...]
    """Readers left at the start of each fifth of the text, from 1; empty when nobody knows."""
    left_says: str


@dataclass(frozen=True)
class Curve:
    """How many readers are left at the start of each fifth of a text."""

    name: str
    title: str
    left: tuple[float, ...]
    """From 1 at the top."""
    finish: str
    """Readers who read to the end."""


@dataclass(frozen=True)
class Cell:
    """One hour of one weekday."""

    text: str
    posts: str
    shade: int
    """0 (nothing published) to 5 (opened best)."""
    is_few: bool = False
    """Too few posts for the rate to say much."""


@dataclass(frozen=True)
class SlotRow:
    """One time of sending, best opened first."""

    when: str
    posts: str
    delivered: str
    rate: str
    readers: str
    note: str


@dataclass(frozen=True)
class PulseRow:
    """One figure of the communities."""

    chip: Chip
    name: str
    now: str
    before: str
    limit: str


@dataclass(frozen=True)
class SendRow:
    """One message to the communities, and what it cost."""

    when: str
    topic: str
    account: str
    marketing: str
    chats: str
    exits: str
    usual: str
    cost: str
    scope: str
    """Whose exits they are when not of the groups that got it; empty otherwise."""
    others: str
    """What else was sent that day; empty when nothing."""

    @property
    def note(self) -> str:
        """Both in one line."""
        return " · ".join(filter(None, (self.scope, self.others)))


@dataclass(frozen=True)
class TopicGroup:
    """Topics of one source: topic, how often (or its heat, empty when unknown), and the line beside it."""

    source: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class AgendaRow:
    """One thing the meeting goes through."""

    chip: Chip | None
    title: str
    details: str


@dataclass(frozen=True)
class Agenda:
    """One point of the meeting; ``empty`` stands there when it has no rows."""

    key: str
    title: str
    rows: tuple[AgendaRow, ...]
    empty: str
    footnote: str = ""
    """What is only counted."""


@dataclass(frozen=True)
class View:
    """The whole week in reading order."""

    title: str
    brand: str
    period: str
    week: str
    compared: str
    verdict_head: str
    verdict: str
    worst: str
    """Level of the verdict's colour."""
    tiles: tuple[Tile, ...]
    trust: TrustView
    doubts: tuple[str, ...]
    kills: tuple[CallRow, ...]
    keeps: tuple[CallRow, ...]
    tests: tuple[CallRow, ...]
    calls_note: str
    rate: str
    """The rate that decides them."""
    lifts: tuple[LiftRow, ...]
    unclear: tuple[LiftRow, ...]
    lifts_note: str
    no_lifts: str
    """Why nothing is told of what lifts results."""
    mixes: tuple[Mix, ...]
    making: tuple[tuple[str, str, str], ...]
    """Label, figure and small print of how the content was made."""
    sameness: tuple[str, ...]
    sameness_note: str
    """What the check came to when it warns of nothing."""
    funnels: tuple[Funnel, ...]
    broken: str
    """What broke, in a sentence; empty when nothing did."""
    changes: tuple[Change, ...]
    changes_note: str
    items: tuple[ItemRow, ...]
    curves: tuple[Curve, ...]
    weekdays: tuple[str, ...]
    heat: tuple[tuple[str, tuple[Cell, ...]], ...]
    """By hour: the hour and its seven cells."""
    slots: tuple[SlotRow, ...]
    slots_note: str
    pulse: tuple[PulseRow, ...]
    sends: tuple[SendRow, ...]
    sends_note: str
    topics: tuple[TopicGroup, ...]
    agenda: tuple[Agenda, ...]
    unlabelled: str
    to_label: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    """What a word means, for the end of the page."""
