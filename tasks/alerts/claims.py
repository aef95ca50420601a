"""What the brand's own document says, and how this system reads it where the document contradicts itself.

A ``[[claim]]`` tells a statement of the document with its numbers as they stand there; the linter compares claims
with each other, with the targets and with what the platforms allow. A ``[[resolution]]`` gives a contradiction the
number that the brand's papers know it by, and says what the system does about it. Neither is ever judged.
"""

from decimal import Decimal
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tasks.alerts.quantities import Id, Number, Text, Unit
from tasks.records import Frozen

Kind: TypeAlias = Literal[
    "target",
    "count",
    "industry",
    "growth",
    "part",
    "horizon",
    "freshness",
    "cadence",
    "subset",
    "brings",
    "ask",
]

NEEDED: dict[Kind, tuple[str, ...]] = {
    "target": ("term", "metric"),
    "count": ("term", "low", "high"),
    "industry": ("metric", "value"),
    "growth": ("metric", "value"),
    "part": ("term", "value"),
    "horizon": ("value",),
    "freshness": ("value",),
    "cadence": ("value",),
    "subset": ("metric", "within"),
    "brings": ("metric", "into"),
    "ask": ("asks",),
}
"""What a claim of each kind must have besides id, where, says and kind."""


class Claim(Frozen):
    """One statement of the document."""

    id: Id
    where: Text = Field(description="section of the document, e.g. 3.1")
    says: Text = Field(description="what it says there, its numbers as they are written")
    kind: Kind = Field(
        description="target: a number to reach; count: how many there are; industry: a mean of the trade; "
        "growth: share a month that is known to happen; part: share of a whole; horizon: months in all; "
        "freshness: minutes until figures are wanted; cadence: times a month; subset: metric counts some of within; "
        "brings: metric brings into; ask: a figure or picture wanted"
    )
    term: str = Field(default="", description="what the document calls it")
    metric: Id | Literal[""] = Field(default="", description="what this system calls it")
    unit: Unit = "share"
    start: Number | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    change: Number | None = Field(default=None, gt=-1, description="share of a start value, e.g. -0.60")
    needs: tuple[Id, ...] = Field(default=(), description="claims whose result this one reads")
    within: tuple[Id, ...] = Field(default=(), description="metrics whose product is the whole")
    into: Id | Literal[""] = ""
    asks: Id | Literal[""] = Field(default="", description="endpoint, or a gap of platform.toml")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [key for key in NEEDED[self.kind] if getattr(self, key) in {None, "", ()}]
        if self.kind == "target" and self.value is None and self.change is None:
            missing.append("value")
        if missing:
            raise PydanticCustomError(
                "claim_lacks", "a key is missing", {"kind": self.kind, "keys": ", ".join(missing)}
            )
        return self

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """The numbers it states, in the order it states them."""
        stated = (self.start, self.value, self.low, self.high)
        return tuple(number for number in stated if number is not None)


class Resolution(Frozen):
    """What the system does about one contradiction of the document."""

    number: Text = Field(description="what the brand's papers call it, e.g. X-04")
    rules: tuple[Id, ...] = Field(min_length=1, description="rules of `plan check --explain` that find it")
    about: tuple[Id, ...] = Field(
        default=(), description="metrics, claims or entries it is about; empty: whatever those rules find"
    )
    text_zh: Text
    text_en: Text

    def settles(self, rule: str, about: frozenset[str]) -> bool:
        """True when it is about what a rule has found."""
        return rule in self.rules and (not self.about or not about.isdisjoint(self.about))

    def text(self, language: str) -> str:
        """What the system does, for a reader."""
        return self.text_en if language == "en" else self.text_zh
