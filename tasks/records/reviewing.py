"""What a week's review of the content is made of: verdicts, mixes, funnel, changes, meeting (floor 1).

Shares and rates are 0–1, money is CNY, days are business dates. Null is "not known", never 0.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tasks.records.acting import Action, Decision
from tasks.records.content import ContentItem, ratio
from tasks.records.judging import AlertRow, Level
from tasks.records.measuring import Trust

JUDGED = ("template", "matrix_type", "scene", "hour_slot", "author")
"""Labels whose members are kept, killed or tested more."""

Call: TypeAlias = Literal["keep", "kill", "test"]
"""Repeat it, stop it, or send more before deciding."""


@dataclass(frozen=True)
class ContentVerdict:
    """What to do with one member of one label, and on which evidence."""

    account_id: str
    dimension: str
    member: str
    metric_id: str
    """What decided: ``interaction_rate``, ``open_rate`` or ``share_rate``."""
    call: Call
    reason: str
    """``below``, ``above``, ``few_posts``, ``few_readers``, ``unclear`` (the interval holds the baseline),
    ``below_little`` (surely below, but by too little for a kill), ``nothing_beside`` (too few other posts to compare
    with), ``beside_called`` (too few without those of templates told apart: the figures still hold these)."""
    posts: int
    readers: int
    """The denominators of the posts, summed: readers, or delivered for the open rate."""
    rate: float | None
    low: float | None
    high: float | None
    """Interval at the family's confidence: all members of the week together err in at most 5 %."""
    baseline: float | None
    """Of the account's other posts in the trailing weeks."""
    effect: float | None
    """Persons (or interactions) that a post of this kind wins or costs against the baseline, at its usual size."""
    more_posts: int | None = None
    """How many more sends would probably decide it, if the rate stays as it is; null when decided or never."""


@dataclass(frozen=True)
class Lift:
    """What a label does to a rate when the other labels are held equal; shrunken towards nothing."""

    account_id: str
    dimension: str
    member: str
    metric_id: str
    factor: float
    """1.2: a fifth more than usual."""
    low: float
    high: float
    posts: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out "nothing"."""
        return self.low > 1 or self.high < 1


@dataclass(frozen=True)
class MixShare:
    """One part of a planned mix: how much of it was published."""

    mix_id: str
    """``matrix`` or ``pyramid`` of the plan, or ``originality``, ``ugc``."""
    member: str
    items: int
    total: int
    share: float | None
    target: float | None
    tolerance: float
    level: Level
    """Grey when more than 5 % of the items carry no label."""


@dataclass(frozen=True)
class Production:
    """How content was made, over the 30 days that end with the week."""

    items: int
    per_month: float | None
    unlabelled: float | None
    """Share of the items without a content type."""
    cycle_days: float | None
    """Median from brief to publication."""
    cycle_known: int
    """Items whose cycle is known."""
    within_7_days: float | None
    topics: int
    """Different combinations of type, template and scene."""


@dataclass(frozen=True)
class Sameness:
    """Months of one kind of content with falling growth of followers (PB-02)."""

    dimension: str
    member: str
    months: tuple[str, ...]
    share: float
    growth: tuple[float | None, ...]
    """Net followers ÷ followers at the start, by month."""


@dataclass(frozen=True)
class Step:
    """One step of the funnel of a week: how many came this far, of how many."""

    name: str
    """delivered, read (opened from the session), readers (of all scenes), mp_click, visit, order, repeat."""
    account_id: str
    content_type: str
    """Empty: all content of the account."""
    count: float | None
    rate: float | None
    """Of the step before; null for ``delivered``, ``readers``, and of a content type for every step after them. Of
    ``visit``: visitors per opening, which is no conversion and has no level."""
    usual: float | None
    """The same over the eight weeks before."""
    planned: float | None
    level: Level
    lost_orders: float | None = None
    """Orders missed because this step fell below its usual rate, all later steps as they were."""
    lost_cny: float | None = None
    is_approx: bool = False
    unknown_days: int = 0
    """Days of the week with readers, but without the Mini Program's sources: the count lacks them, and nothing is
    judged."""


@dataclass(frozen=True)
class Shift:
    """Why a rate moved against the week it is compared with: one member's part of the change."""

    metric_id: str
    before: float | None
    now: float | None
    dimension: str = ""
    member: str = ""
    mix: float = 0.0
    within: float = 0.0
    """The parts of all members of one dimension add up to ``now - before``."""


@dataclass(frozen=True)
class Pulse:
    """How the communities were this week and the week compared with."""

    name: str
    """messages_per_group_day, active_rate, marketing_share, members_gone, members_new."""
    now: float | None
    before: float | None
    limit: float | None
    level: Level


@dataclass(frozen=True)
class Send:
    """One message to the communities, and what it cost."""

    account_id: str
    sent_at: dt.datetime
    topic: str
    is_marketing: bool | None
    chats: int
    exits: float | None
    """Members who left within 24 hours of it, as far as days tell."""
    usual: float | None
    """Exits of a day in the same groups before, without a send where there were such days."""
    is_approx: bool = True
    is_account_level: bool = False
    """The groups' own exits are unknown: those of all groups of the account stand in."""
    is_usual_of_all_days: bool = False
    """Every day before has a send: usual is the median of all of them."""
    others: int = 0
    """Further sends of the day to the same groups: one figure stands for all."""
    other_topics: tuple[str, ...] = ()

    @property
    def cost(self) -> float | None:
        """Members it cost beyond the usual."""
        return None if self.exits is None or self.usual is None else max(self.exits - self.usual, 0.0)


@dataclass(frozen=True)
class Slot:
    """One hour of one weekday: what was published then, and how it was opened."""

    weekday: int
    """1 is Monday."""
    hour: int
    posts: int
    delivered: int
    session_readers: int
    readers: int

    @property
    def open_rate(self) -> float | None:
        """Session readers ÷ delivered."""
        return ratio(self.session_readers, self.delivered)


@dataclass(frozen=True)
class Topic:
    """A topic worth a piece of content, and who asks for it."""

    topic: str
    source: str
    """search, comment, community, competitor, hot or feature."""
    mentions: int | None
    """Times, or the heat of competitors, hot topics and ideas; null when none is told."""
    persons: int | None = None
    reading: str = ""
    """The line that a reader sees beside it, when the source has one: a title, an address."""


@dataclass(frozen=True)
class Meeting:
    """What the weekly meeting goes through."""

    decided: tuple[Decision, ...] = ()
    """Decisions of the week."""
    due: tuple[Decision, ...] = ()
    """Decisions that wait for their outcome."""
    overdue: tuple[Action, ...] = ()
    open: tuple[Action, ...] = ()
    planned: tuple[ContentItem, ...] = ()
    """Next week's content by the calendar of the register."""
    alerts: tuple[AlertRow, ...] = ()
    """Orange and red judgements of the week's last day."""
    decided_before: tuple[Decision, ...] = ()
    """Decisions of the week before, with what became of them."""
    judged: int = 0
    """KPIs with a level on the week's last day; without one no news of them is no good news."""


@dataclass(frozen=True)
class Retrospective:
    """One business week's content story, ready to be told."""

    week: str
    """2026-W30."""
    first: dt.date
    last: dt.date
    compared: str
    """The week it is compared with."""
    accounts: dict[str, str]
    """account_id → name."""
    items: tuple[ContentItem, ...]
    before: tuple[ContentItem, ...]
    """Items of the week compared with."""
    verdicts: tuple[ContentVerdict, ...]
    lifts: tuple[Lift, ...]
    mixes: tuple[MixShare, ...]
    production: Production | None
    sameness: tuple[Sameness, ...]
    funnel: tuple[Step, ...]
    shifts: tuple[Shift, ...]
    pulse: tuple[Pulse, ...]
    sends: tuple[Send, ...]
    slots: tuple[Slot, ...]
    topics: tuple[Topic, ...]
    meeting: Meeting
    trust: Trust
    doubts: tuple[str, ...] = ()
    """What the checks of the facts found."""
    weeks: int = 8
    """Trailing weeks that verdicts and slots look at."""
    age: int = 0
    """Day after publication at which :attr:`shifts` hold both weeks against each other; 0: nothing is compared."""
    left_out: int = 0
    """Items of both weeks with figures, but none of that day: they are not compared."""
    made: tuple[AlertRow, ...] = ()
    """The plan's KPIs of how content is made, as the week's last day was judged."""
    is_growth_known: bool = True
    """Whether the growth of followers of the three months before is known; else :attr:`sameness` finds nothing."""
    chosen: tuple[str, ...] = ()
    """Account ids whose content is told of; empty: all. Communities, sends, topics and meeting are of all anyway."""
    month: tuple[ContentItem, ...] = ()
    """Items of the 30 days that :attr:`mixes` look at, the week's among them; empty: the week's are all there are."""

    @property
    def labelled_over(self) -> tuple[ContentItem, ...]:
        """Items whose labels count."""
        return self.month or self.items

    @property
    def unlabelled(self) -> tuple[ContentItem, ...]:
        """Those of them that lack a content type, a layer or a template: the list to fill in."""
        needed = ("matrix_type", "pyramid_layer", "template")
        return tuple(item for item in self.labelled_over if any(label not in item.labels for label in needed))
