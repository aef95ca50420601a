"""The forms in which people record actions and decisions (floor 5): one model each, for the UI and the terminal.

Titles and choices are what ops people read in the Prefect UI, so Chinese comes first; the terminal takes the
English word of a choice alone.
"""

import datetime as dt
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tasks.records import Frozen

Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


def chosen(choice: str) -> str:
    """The English word of a choice such as ``原因分析 · cause_analysis``."""
    return choice.rpartition(" · ")[2]


def _whole(*choices: str) -> BeforeValidator:
    """Takes the English word for the whole choice."""
    by_word = {chosen(choice): choice for choice in choices}
    return BeforeValidator(lambda said: by_word.get(said, said) if isinstance(said, str) else said)


KINDS = (
    "原因分析 · cause_analysis",
    "追赶计划 · catch_up_plan",
    "调配资源 · reallocate",
    "应急预案 · emergency_plan",
    "其他 · other",
)
OUTCOMES = ("待评估 · open", "有效 · right", "无效 · wrong")
Kind: TypeAlias = Annotated[
    Literal[
        "原因分析 · cause_analysis",
        "追赶计划 · catch_up_plan",
        "调配资源 · reallocate",
        "应急预案 · emergency_plan",
        "其他 · other",
    ],
    _whole(*KINDS),
]
Outcome: TypeAlias = Annotated[Literal["待评估 · open", "有效 · right", "无效 · wrong"], _whole(*OUTCOMES)]


class ActionForm(Frozen):
    """One action, new or done."""

    about: Line = Field(
        default="",
        title="指标或事项（登记新行动时必填）",
        description="指标编号，如 oa_open_rate；或预警事项的编号，如 milestone:MS-04",
    )
    kind: Kind = Field(
        default="其他 · other",
        title="类别",
        description="黄色：原因分析、追赶计划；橙色：调配资源；红色：应急预案",
    )
    text: Line = Field(default="", title="做什么（登记新行动时必填）", description="一句话，写明动作与范围")
    owner: Line = Field(default="", title="负责人（登记新行动时必填）", description="谁去做")
    recorded_by: Line = Field(default="", title="登记人（登记新行动时必填）", description="您的姓名")
    due_date: dt.date | None = Field(default=None, title="截止日期", description="可不填")
    alert_date: dt.date | None = Field(
        default=None, title="预警日期", description="回应哪一天的预警；不填则取该指标最近一次未恢复的预警"
    )
    done: bool = Field(default=False, title="已完成", description="做完时勾选")
    outcome: Line = Field(default="", title="结果", description="带来了什么；可在完成后补填")
    action_id: Line = Field(
        default="", title="行动编号", description="不填为登记新行动；填写则把该行动标为完成或补填结果"
    )

    @model_validator(mode="after")
    def _whole_or_known(self) -> Self:
        needed = {
            "about": self.about,
            "text": self.text,
            "owner": self.owner,
            "recorded_by": self.recorded_by,
        }
        lacking = [name for name, said in needed.items() if not said]
        if not self.action_id and lacking:
            raise ValueError(f"登记新行动还缺少 {'、'.join(lacking)} (a new action needs them)")
        if self.action_id and not (self.done or self.outcome):
            raise ValueError("填写了行动编号，请勾选已完成或填写结果 (say done or outcome of that action)")
        return self


class DecisionForm(Frozen):
    """One decision, new or reviewed."""

    title: Line = Field(
        default="", title="决策内容（登记新决策时必填）", description="决定了什么，如 周三推文改为成分科普"
    )
    decided_by: Line = Field(default="", title="决策人（登记新决策时必填）", description="人或小组")
    decided_on: dt.date | None = Field(default=None, title="决策日期", description="不填为今天")
    evidence: tuple[Line, ...] = Field(
        default=(),
        title="依据",
        description="报告链接，或编号：报告 digest-2026-07-20、预警 oa_open_rate@2026-07-20、指标 oa_open_rate；"
        "没有依据的决策也请登记",
    )
    expected_effect: Line = Field(default="", title="预期效果", description="预计哪个指标在何时变成多少")
    outcome: Outcome = Field(default="待评估 · open", title="结果", description="复盘时填写")
    reviewed_on: dt.date | None = Field(default=None, title="复盘日期", description="填写结果时不填则为今天")
    decision_id: Line = Field(
        default="",
        title="决策编号",
        description="不填为登记新决策（自动编号）；填写已有编号则补充其依据、效果与结果；填写新编号则用它登记",
    )

    @property
    def backing(self) -> tuple[str, ...]:
        """The evidence without blanks and repetitions."""
        return tuple(dict.fromkeys(line for line in self.evidence if line))

    @model_validator(mode="after")
    def _whole_or_known(self) -> Self:
        lacking = [name for name in ("title", "decided_by") if not getattr(self, name)]
        if not self.decision_id and lacking:
            raise ValueError(f"登记新决策还缺少 {'、'.join(lacking)} (a new decision needs them)")
        return self
