"""What a rule of the linter is given and gives back."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, TypeAlias

from pydantic import Field

from tasks.alerts.claims import Claim, Kind
from tasks.alerts.entries import Kpi
from tasks.alerts.notes import amount
from tasks.alerts.plan import Plan
from tasks.alerts.quantities import Number
from tasks.records import Endpoint, Frozen, Metric

Severity: TypeAlias = Literal["fail", "warn"]


class Cap(Frozen):
    """A limit of a platform (``sql/catalogue/platform.toml``)."""

    name_zh: str
    name_en: str
    value: Number
    counts: tuple[str, ...] = ()
    strength: Literal["A", "B", "C"]
    page: str
    read_on: dt.date


class Gap(Frozen):
    """What no official interface gives, and the nearest thing that can be had."""

    name_zh: str
    name_en: str
    instead_zh: str
    instead_en: str
    strength: Literal["A", "B", "C"]
    page: str
    read_on: dt.date


class Platform(Frozen):
    """Facts about the platforms that a plan can run against."""

    caps: dict[str, Cap] = Field(default_factory=dict)
    gaps: dict[str, Gap] = Field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """What there is besides the plan: the system's metrics and endpoints, the platforms' facts, the day."""

    catalogue: Mapping[str, Metric]
    today: dt.date
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    platform: Platform = field(default_factory=Platform)
    listed: Collection[str] = ()
    """Ids of what cannot be computed today, which a plan may speak of all the same."""


@dataclass(frozen=True)
class Clash:
    """What a rule has found."""

    text: str
    """What conflicts with what, with both numbers; no full stop."""
    about: frozenset[str] = frozenset()
    """Metrics, claims and entries it is about: by these a resolution of the plan is found."""


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a plan."""

    level: Severity
    text: str
    code: str = ""
    number: str = ""
    """What the brand's papers call it, when the plan settles it; else empty."""
    does: str = ""
    """What the system does about it."""
    change: str = ""
    """What to change so that it goes away."""

    @property
    def settled(self) -> bool:
        """True when the plan itself says what is done about it."""
        return bool(self.number)


@dataclass(frozen=True)
class Reading:
    """A plan that loads, and how a rule speaks about it."""

    plan: Plan
    world: World
    language: str

    def say(self, chinese: str, english: str) -> str:
        """The sentence for the reader."""
        return english if self.language == "en" else chinese

    def section(self, where: str) -> str:
        """A section of the brand's document."""
        return self.say(f"{where} 节", f"section {where}")

    def amount(self, value: Decimal, unit: str) -> str:
        """A number with its unit."""
        return amount(value, unit, self.language)

    def join(self, parts: "Iterator[str] | list[str] | tuple[str, ...]") -> str:
        """Several statements in a row."""
        return self.say("；", "; ").join(parts)

    def claims(self, *kinds: Kind) -> Iterator[Claim]:
        """The document's statements of these kinds."""
        return (claim for claim in self.plan.claims if claim.kind in kinds)

    @cached_property
    def by_term(self) -> dict[str, list[Claim]]:
        """The document's numbers by the word it uses for them."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims("target", "count"):
            found.setdefault(claim.term, []).append(claim)
        return found

    def target(self, metric: str) -> Decimal | None:
        """What a KPI should end at, in the document's own numbers; null when it is none."""
        entry = self.plan.entries.get(metric)
        return entry.points[-1].value if isinstance(entry, Kpi) else None

    def figure(self, claim: Claim) -> str:
        """The numbers of a claim as a reader writes them."""
        show = [self.amount(number, claim.unit) for number in claim.figures]
        if claim.low is not None and claim.high is not None:
            return show[0] if claim.low == claim.high else f"{claim.low:,f}–{show[-1]}"
        if claim.change is not None:
            show.append(f"{claim.change * 100:+.0f} %")
        return " → ".join(show)

    def stated(self, claims: list[Claim]) -> str:
        """Where the document says what."""
        return self.join([f"{self.section(c.where)} {self.figure(c)}" for c in claims])


@dataclass(frozen=True)
class Rule:
    """One thing that is looked for in every plan."""

    code: str
    name_zh: str
    name_en: str
    does_zh: str
    does_en: str
    change_zh: str
    change_en: str
    look: Callable[[Reading], Iterator[Clash]]
    level: Severity = "warn"

    def words(self, language: str) -> tuple[str, str, str]:
        """What it looks for, what the system does about it, and what to change."""
        if language == "en":
            return self.name_en, self.does_en, self.change_en
        return self.name_zh, self.does_zh, self.change_zh


def platform_of(document: Mapping[str, Any]) -> Platform:
    """The facts in a parsed ``platform.toml``."""
    return Platform.model_validate(document)
