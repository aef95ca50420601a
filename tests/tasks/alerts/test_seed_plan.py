"""The plan that ships contradicts itself in 22 ways, and a copy that was mended does not."""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tasks import settings
from tasks.alerts.lint import Flaw, World, lint, platform_of
from tasks.metrics.catalogue import read

Document = dict[str, Any]
LOADED = settings.load()
WORLD = World(
    read(LOADED.document("metrics")),
    dt.date(2026, 11, 23),
    LOADED.registry(),
    platform_of(LOADED.document("platform")),
    tuple(LOADED.document("not_computable")),
)

# Number → the figures on both sides, as a reader must see them.
CONFLICTS = {
    "X-01": ("0.3 % → 1.5 %", "5.0 % → 12.0 %"),
    "X-02": ("1.0 %", "1.5 %"),
    "X-03": ("10.0 % → 35.0 %", "20.0 % → 40.0 %"),
    "X-04": ("36 个月", "3 + 6 + 12 + 18", "第 39 月", "第 42 月"),
    "X-05": ("MS-06：第 12 月", "第 4–9 月", "MS-09：第 24 月", "MS-12：第 42 月", "第 6 月"),
    "X-06": ("25.0 %（community_active_rate）", "15.0 % → 40.0 %（user_mau_rate）"),
    "X-07": ("30/25/20/25", "20/30/50", "200.0 %"),
    "X-08": ("50 个", "50.0 %", "100 个", "32 个"),
    "X-09": ("即时", "T+1", "08:00"),
    "X-10": ("5,000 个", "100 个", "3,000 个"),
    "X-11": ("2.0 次", "1.0 次"),
    "X-12": ("50.0 %", "67–69 %", "240–300 万元", "350–450 万元"),
    "X-13": ("15 人", "16–23 人", "19 人"),
    "X-14": ("500.00 元 → 200.00 元", "80.00 元 → 32.00 元"),
    "X-15": ("35.0 % → 10.0 %", "40.0 %", "25.0 %"),
    "X-16": ("25.0 %", "wake_up_rate", "win_back_rate"),
    "X-17": ("60.0 % + 40.0 % + 70.0 % = 170.0 %",),
    "X-18": ("1,500,000 人", "30.0 % × 5,000,000 人"),
    "X-19": ("10.0 %", "30 个 KPI"),
    "X-20": ("第 6 月", "1,000,000 人", "第 9 月"),
    "X-21": ("?00万", "5,000,000 人"),
    "X-22": ("热力图", "每位粉丝读了什么", "竞品", "完播"),
}


def numbers(document: Document) -> dict[str, list[Flaw]]:
    told = defaultdict(list)
    for flaw in lint(document, WORLD, "zh-CN"):
        told[flaw.number].append(flaw)
    return told


def entry(document: Document, table: str, name: str) -> Document:
    return next(e for e in document[table] if name in (e.get("id"), e.get("metric"), e.get("tag")))


def changed(table: str, name: str, **fields: Any) -> Callable[[Document], None]:
    return lambda document: entry(document, table, name).update(fields)


def without(table: str, *names: str) -> Callable[[Document], None]:
    def mend(document: Document) -> None:
        for name in names:
            document[table].remove(entry(document, table, name))

    return mend


def one_calendar(document: Document) -> None:
    """Three more months of the last phase, a document that says 42, and milestones inside their phases."""
    entry(document, "phase", "PH-4")["last_month"] = 42
    entry(document, "claim", "three_years")["value"] = 42


def milestones_in_their_phases(document: Document) -> None:
    phases = {"PH-1": "foundation", "PH-2": "validation", "PH-3": "scale", "PH-4": "deepening"}
    for phase in document["phase"]:
        phase["aims"] = []
        for stone in document["milestone"]:
            if phase["first_month"] <= stone["month"] <= phase["last_month"]:
                stone["phase"] = phases[phase["id"]]
    entry(document, "milestone", "MS-12")["month"] = 39


def basis_for_all(document: Document) -> None:
    for kpi in document["kpi"]:
        kpi["lag_basis"] = "progress"


MENDED: dict[str, Callable[[Document], None]] = {
    "X-01": changed("claim", "conversion_end_to_end", term="端到端转化率"),
    "X-02": without("claim", "industry_conversion_goal"),
    "X-03": changed("claim", "repurchase_conversion", term="复购转化率"),
    "X-04": one_calendar,
    "X-05": milestones_in_their_phases,
    "X-06": changed("claim", "activity_community", term="社群活跃度"),
    "X-07": without("mix", "pyramid"),
    "X-08": changed("gate", "original_items_month", at_least=16),
    "X-09": changed("claim", "real_time", value=480),
    "X-10": changed("kpi", "tag_values", checkpoints=[{"month": 3, "value": 100}]),
    "X-11": changed("claim", "segment_cadence", value=2),
    "X-12": changed("budget_rule", "labour", share=0.68),
    "X-13": without("claim", "team_core"),
    "X-14": changed("claim", "cac_fission", change=-0.84),
    "X-15": without("claim", "churn_members_30d", "churn_users"),
    "X-16": changed("claim", "wake_up", term="30 日唤醒率"),
    "X-17": without("claim", "decisions_data"),
    "X-18": changed("kpi", "loyal_users", end={"month": 36, "value": 1_499_999}),
    "X-19": basis_for_all,
    "X-20": changed("kpi", "large_campaigns", checkpoints=[{"month": 6, "value": 3}]),
    "X-21": changed("claim", "users_garbled", says="私域用户规模 ≥ 500万"),
    "X-22": without("claim", "ask_heat_map", "ask_reading", "ask_competitors", "ask_completion"),
}


@pytest.fixture(scope="module")
def told(shipped_document: Document) -> dict[str, list[Flaw]]:
    return numbers(shipped_document)


def test_the_seed_plan_has_no_error(told: dict[str, list[Flaw]]) -> None:
    assert {flaw.level for flaws in told.values() for flaw in flaws} == {"warn"}


@pytest.mark.parametrize("number", CONFLICTS)
def test_each_contradiction_is_told_by_its_number_with_both_figures(
    told: dict[str, list[Flaw]], number: str
) -> None:
    said = "\n".join(flaw.text for flaw in told[number])
    for figure in CONFLICTS[number]:
        assert figure in said
    assert all(flaw.does and flaw.change for flaw in told[number])


@pytest.mark.parametrize("number", MENDED)
def test_a_mended_plan_no_longer_has_it_and_keeps_all_others(
    shipped_document: Document, told: dict[str, list[Flaw]], number: str
) -> None:
    document = copy.deepcopy(shipped_document)
    MENDED[number](document)
    others = set(numbers(document)) - {""}
    assert number not in others
    # The last milestone moves into its phase, so the calendar is mended with it in part only.
    assert others >= set(CONFLICTS) - {number}


def test_a_claim_about_an_interface_that_is_there_is_no_conflict(shipped_document: Document) -> None:
    document = copy.deepcopy(shipped_document)
    entry(document, "claim", "ask_heat_map")["asks"] = "oa.user_summary"
    entry(document, "claim", "ask_reading")["asks"] = "oa.nonsense"
    said = "\n".join(flaw.text for flaw in numbers(document)["X-22"])
    assert "热力图" not in said
    assert "asks 写的 oa.nonsense 不是接口，也不在 platform.toml 中" in said


def test_growth_faster_than_what_is_known_is_told(shipped_document: Document) -> None:
    def paces(document: Document) -> list[str]:
        return [f.text for f in lint(document, WORLD, "zh-CN") if f.code == "P-13"]

    # 3 ** (1 / 12) - 1 is 9.59 %; (5 / 3) ** (1 / 12) - 1 is 4.35 %, slower than the 5 % that are known.
    (text,) = paces(shipped_document)
    assert "第 6–18 月从 1,000,000 人 到 3,000,000 人，每月要增长 9.6 %；已知的增长是每月 5.0 %" in text
    document = copy.deepcopy(shipped_document)
    entry(document, "claim", "growth_before")["value"] = 0.096
    assert paces(document) == []


def test_a_brand_without_claims_and_resolutions_sees_codes_and_no_numbers(shipped_document: Document) -> None:
    document = {k: v for k, v in shipped_document.items() if k not in {"claim", "resolution"}}
    flaws = lint(document, WORLD, "en")
    assert {flaw.number for flaw in flaws} == {""}
    assert {"P-12", "P-20", "P-21", "P-22", "P-41", "P-42", "P-50", "P-51"} <= {flaw.code for flaw in flaws}
