"""A piece of content: its labels, and its figures at each age (floor 1).

Shares are 0–1, money is CNY, days are business dates. Null is "not known", never 0.
"""

import datetime as dt
from dataclasses import dataclass, field

AGES = (1, 3, 7)
"""Days after publication at which an item is looked at; the publication day is day 1."""
LABELS = (
    "matrix_type",
    "pyramid_layer",
    "is_original",
    "origin",
    "template",
    "scene",
    "format",
    "hour_slot",
    "author",
    "campaign",
)
"""Labels of an item, as columns of ``retrospective/content_items``."""


@dataclass(frozen=True)
class Aged:
    """One item's figures at one age, since publication."""

    day_n: int
    is_mature: bool
    """False: the age is not reached yet; every figure is null and must not be compared."""
    delivered: int | None = None
    is_delivered_approx: bool = False
    """Followers stand in for the persons reached."""
    readers: int | None = None
    session_readers: int | None = None
    interactions: int | None = None
    sharers: int | None = None
    followers_won: int | None = None
    finish_share: float | None = None
    jumps: tuple[float | None, ...] = ()
    """Share of readers leaving in each fifth of the text, from the top."""
    mp_clicks: float | None = None
    """Visits of the mini program from articles, by each article's share of the day's readers: approximate."""
    orders: float | None = None
    """Orders attributed likewise: approximate."""
    revenue_cny: float | None = None

    @property
    def open_rate(self) -> float | None:
        """Session readers ÷ delivered."""
        return ratio(self.session_readers, self.delivered)

    @property
    def interaction_rate(self) -> float | None:
        """Interactions ÷ readers."""
        return ratio(self.interactions, self.readers)

    @property
    def share_rate(self) -> float | None:
        """Sharers ÷ readers."""
        return ratio(self.sharers, self.readers)


@dataclass(frozen=True)
class ContentItem:
    """One piece of content with its labels and its figures at each age."""

    item_id: str
    """article_id of an article, video_id of a video, else the register's content_id."""
    title: str
    channel: str
    """oa, channels, mp, community, moments or other."""
    account_id: str
    publish_date: dt.date
    url: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    """By the names of :data:`LABELS`; a label that nobody gave is not there."""
    publish_hour: int | None = None
    """0–23, Shanghai."""
    is_registered: bool = True
    """False: published, but not in the content register."""
    content_id: str = ""
    """The register's own id of it; empty when it stands in none."""
    production_days: int | None = None
    """From brief to publication."""
    cost_cny: float | None = None
    ages: tuple[Aged, ...] = ()

    def at(self, day_n: int) -> Aged | None:
        """The figures at one age."""
        return next((aged for aged in self.ages if aged.day_n == day_n), None)


def ratio(top: float | None, base: float | None) -> float | None:
    """One over the other; null when either is unknown or there is nothing to divide by."""
    return None if top is None or not base else top / base
