"""What to try when a KPI falls behind: the brand's own playbooks (``deployments/playbooks.toml``); pure.

The plan says what each level asks for (analyse, re-allocate, start the emergency plan); a playbook says how, for
certain KPIs, levels and causes. Texts come in Chinese and English.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tasks.alerts.quantities import Count, Id, Text
from tasks.alerts.refusals import refusals
from tasks.errors import ConfigurationError
from tasks.records import Contribution, Frozen, Level

FILE = "deployments/playbooks.toml"
Warning: TypeAlias = Literal["yellow", "orange", "red"]
Cause: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*(=.+)?$", max_length=120)
]
"""``channel`` (whatever member moved most) or ``channel=oa`` (that member)."""


class Playbook(Frozen):
    """One thing to do, and when it fits."""

    id: Id
    seed: tuple[str, ...] = Field(
        default=(), description="rows of the brand's plan it comes from, e.g. PC-05"
    )
    metrics: tuple[Id, ...] = Field(min_length=1)
    levels: tuple[Warning, ...] = Field(min_length=1)
    causes: tuple[Cause, ...] = ()
    days: Count | None = Field(default=None, ge=1, le=365, description="how long until it shows")
    text_zh: Text
    text_en: Text

    def text(self, language: str) -> str:
        """What to do, for a reader."""
        return self.text_en if language == "en" else self.text_zh


class Playbooks(Frozen):
    """The whole file."""

    playbooks: tuple[Playbook, ...] = Field(default=(), alias="playbook")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        seen: set[str] = set()
        for entry in self.playbooks:
            if entry.id in seen:
                raise PydanticCustomError("twice", "twice", {"key": "playbook: id", "name": entry.id})
            seen.add(entry.id)
        return self


def read(document: Mapping[str, Any], language: str = "zh-CN") -> tuple[Playbook, ...]:
    """The playbooks of a parsed ``playbooks.toml``, in the order of the file.

    Raises:
        ConfigurationError: an entry is wrong; the message names each entry and key, and what may stand there.
    """
    try:
        return Playbooks.model_validate(document).playbooks
    except ValidationError as error:
        raise ConfigurationError("\n".join(refusals(Playbooks, document, error, language, FILE))) from None


def strangers(playbooks: Iterable[Playbook], known: Collection[str]) -> list[tuple[str, str]]:
    """(playbook, metric) of every metric named that nobody knows: such a playbook never fits."""
    return [(entry.id, metric) for entry in playbooks for metric in entry.metrics if metric not in known]


def fitting(
    playbooks: Iterable[Playbook], metric_id: str, level: Level, causes: Sequence[Contribution] = ()
) -> list[Playbook]:
    """The playbooks for a KPI at a level, those for its present causes first, else in the order of the file.

    Args:
        playbooks: all there are.
        metric_id: the KPI or gate.
        level: its published level; none fit green and grey.
        causes: its top contributions; a playbook that names causes fits only when one of them is among these.
    """
    found = [entry for entry in playbooks if metric_id in entry.metrics and level in entry.levels]
    told = [part for part in causes if not part.note]
    named = {word for part in told for word in (part.dimension, f"{part.dimension}={part.member}")}
    fit = [entry for entry in found if not entry.causes or named.intersection(entry.causes)]
    return sorted(fit, key=lambda entry: not entry.causes)
