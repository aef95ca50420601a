"""What is measured: a metric's meaning, its values, and how far a day can be trusted (floor 1)."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from tasks.records.frozen import Frozen


class Metric(Frozen):
    """What one number means (``sql/catalogue/metrics.toml``)."""

    metric_id: str
    name_zh: str
    name_en: str
    meaning_zh: str = Field(default="", description="one or two sentences for the glossary")
    meaning_en: str = ""
    unit: Literal["persons", "times", "items", "share", "cny", "seconds", "minutes", "hours", "days", "ratio"]
    direction: Literal["up", "down", "none"]
    grain: str
    grain_zh: str = Field(default="", description="the same for Chinese readers")
    window_days: int = Field(ge=1, description="days that feed one value, the last being its business date")
    numerator: str
    denominator: str = ""
    numerator_zh: str = Field(min_length=1, max_length=12, description="what a card calls the numerator")
    numerator_en: str = Field(min_length=1, max_length=32)
    denominator_zh: str = Field(default="", max_length=12)
    denominator_en: str = Field(default="", max_length=32)
    formula: str
    formula_zh: str = Field(default="", description="the same for Chinese readers, as short as can be")
    strength: Literal["A", "B", "C", "own"] = Field(description="strength of the source, see the glossary")
    source: str
    query: str = Field(
        description="file in sql/metrics, or 'outcomes' / 'ledger' for numbers about the system"
    )
    inputs: tuple[str, ...] = Field(description="endpoints whose cells decide completeness")
    imports: tuple[str, ...] = Field(default=(), description="templates of files that feed it")
    exact_with: tuple[str, ...] = Field(
        default=(), description="templates of files without which an assumption stands in for a figure"
    )
    industry: str = Field(default="", description="number of the plan's [brand.industry] it is held against")
    needs_labels: bool = Field(
        default=False, description="its query leaves the numerator empty while over 5 % carry no label"
    )
    seed_rows: tuple[str, ...] = Field(default=(), description="rows of the brand's plan, e.g. K-07")
    min_sample: float = Field(default=0, description="denominator below which the value is grey")
    maturity_days: int = Field(default=0, ge=0, description="days after which a cohort counts; 0: no cohorts")
    dimensions: tuple[str, ...] = Field(
        default=(),
        description="breakdowns whose parts add up to the whole, the most telling first; 'account' is the rows "
        "of the accounts themselves",
    )
    driver: str = Field(
        default="", description="metric whose parts tell why a count that has none of its own stands still"
    )
    stock: bool = Field(default=False, description="what is held at a moment, not what happened in a window")
    decimals: int = 1

    def name(self, language: str) -> str:
        """The metric's name for a reader."""
        return self.name_en if language == "en" else self.name_zh

    def meaning(self, language: str) -> str:
        """What the number means, for a reader."""
        return self.meaning_en if language == "en" else self.meaning_zh

    def told_formula(self, language: str) -> str:
        """How the number is computed, for a reader."""
        return self.formula if language == "en" else self.formula_zh or self.formula

    def told_grain(self, language: str) -> str:
        """What one value is of, for a reader."""
        return self.grain if language == "en" else self.grain_zh or self.grain

    def parts(self, language: str) -> tuple[str, str]:
        """What a reader calls numerator and denominator; the latter is empty for a count."""
        english = language == "en"
        return (
            self.numerator_en if english else self.numerator_zh,
            self.denominator_en if english else self.denominator_zh,
        )


class NotComputable(Frozen):
    """What the plan asks for and nothing that is read today can tell (``sql/catalogue/not_computable.toml``)."""

    entry_id: str = Field(description="the metric's id in the plan, where it has one")
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    seed_rows: tuple[str, ...] = Field(min_length=1, description="rows of the brand's plan left unanswered")
    reason_zh: str = Field(min_length=1)
    reason_en: str = Field(min_length=1)
    imports: tuple[str, ...] = Field(default=(), description="templates that hold a part of the answer")
    interfaces: tuple[str, ...] = Field(default=(), description="endpoints that hold a part of the answer")
    remedy_zh: str = Field(min_length=1, description="which import or interface would make it computable")
    remedy_en: str = Field(min_length=1)

    def name(self, language: str) -> str:
        """What it would be called."""
        return self.name_en if language == "en" else self.name_zh

    def reason(self, language: str) -> str:
        """Why there is no number."""
        return self.reason_en if language == "en" else self.reason_zh

    def remedy(self, language: str) -> str:
        """What would change that."""
        return self.remedy_en if language == "en" else self.remedy_zh


@dataclass(frozen=True)
class Trust:
    """How far a day's figures can be trusted: the last line of every report."""

    due: int
    ok: int
    completeness: float | None
    """ok ÷ due of the day's cells, 0-1; null when nothing was due."""
    completeness_30d: float | None
    worst: tuple[tuple[str, float], ...] = ()
    """``account · endpoint title`` and 30-day share (0-1) of the sources furthest below the bar, at most three."""
    late: tuple[str, ...] = ()
    """``account · endpoint title`` of cells not ready yet."""
    doubtful: tuple[str, ...] = ()
    """The same for ``empty`` and ``suspect_zero``."""
    failed: tuple[str, ...] = ()
    """``account · endpoint title: what to do`` of cells that ended in an error."""
    revised_days: int = 0
    """How many earlier days this run asked for again."""
    warnings: tuple[str, ...] = ()
    """Findings of ``sql/checks`` at level ``warn``, and ``account · endpoint: note`` of cells that are fine."""


@dataclass(frozen=True)
class MetricValue:
    """One measured number with its two parts; one row of ``metric_value``.

    ``value`` is numerator ÷ denominator (× the metric's scale), or the numerator alone for counts;
    null when the denominator is 0 or an input is missing, never 0.
    """

    metric_id: str
    business_date: dt.date
    account_id: str = "*"
    dimension: str = ""
    member: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    completeness: float | None = None
    status: str = "ok"
    """``ok``, ``approx`` or ``grey``."""
    note: str = ""
