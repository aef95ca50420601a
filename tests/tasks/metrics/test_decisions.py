import datetime as dt
from typing import Any

import pytest

from tasks.metrics.decisions import Logged, evidence_share, logged
from tasks.metrics.evidence import Citable
from tasks.records import Decision, DecisionOutcome
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 9, 30)
METRIC = some_metric(
    "data_driven_decision_share", unit="share", denominator="d", denominator_zh="分母", denominator_en="bottom",
    window_days=90, min_sample=5, query="decisions",
)  # fmt: skip


KNOWN = Citable(metrics={"oa_open_rate"}, alerts={"milestone:MS-04", "incident:INC-007"})


def recorded(decision_id: str, title: str, *evidence: str, day: dt.date = DAY) -> Decision:
    moment = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
    return Decision(decision_id, day, title, "内容组", evidence, "", DecisionOutcome.open, None, moment)


def imported(decision_id: str, title: str, evidence: str | None = None, day: dt.date = DAY) -> dict[str, Any]:
    return {"decision_id": decision_id, "business_date": day, "decision": title, "evidence": evidence}


def test_a_decision_in_both_logs_is_one() -> None:
    ours = [recorded("D-1", "改标题", "oa_open_rate"), recorded("d-7f", "周三 推文改为科普")]
    theirs = [
        imported("d-1 ", "标题改了"),  # the same number
        imported("X-9", "周三推文改为科普", "digest-2026-09-29"),  # the same day and title
        imported("X-10", "加投视频号"),
        imported("X-11", "周三推文改为科普", day=DAY - dt.timedelta(days=7)),  # last week's
    ]

    known = logged(ours, theirs, KNOWN)

    assert [(entry.decided_on, entry.has_evidence) for entry in known] == [
        (DAY, True),
        (DAY, True),  # the imported row brought the link
        (DAY, False),
        (DAY - dt.timedelta(days=7), False),
    ]


def test_imported_rows_alone_are_as_many_as_they_are() -> None:
    assert (
        len(logged([], [imported("1", "同一件事"), imported("2", "同一件事"), imported("3", "")], KNOWN)) == 3
    )


def test_the_share_is_evidence_over_logged_of_the_window_and_names_the_count() -> None:
    known = [Logged(DAY - dt.timedelta(days=n), n % 2 == 0) for n in (0, 1, 2, 88, 89, 90)]

    value = evidence_share(METRIC, DAY, known)

    # Days 0, 2 and 88 have evidence, 1 and 89 have none; day 90 lies before the window.
    assert (value.numerator, value.denominator, value.value) == (3, 5, 0.6)
    assert (value.status, value.note) == ("ok", "近 90 天登记 5 项决策，其中 3 项附有依据")


@pytest.mark.parametrize(
    ("count", "value", "note"),
    [
        (0, None, "no decision was logged in 90 days: use record-decision, or import template decisions"),
        (4, 1.0, "only 4 decisions were logged in 90 days, at least 5 are needed"),
    ],
)
def test_without_enough_decisions_the_share_is_grey_and_says_what_to_do(
    count: int, value: float | None, note: str
) -> None:
    found = evidence_share(METRIC, DAY, [Logged(DAY, True)] * count, "en")

    assert (found.value, found.status, found.note) == (value, "grey", note)


def test_a_decision_of_tomorrow_is_not_in_todays_share() -> None:
    known = [Logged(DAY, True)] * 5 + [Logged(DAY + dt.timedelta(days=1), False)]

    assert evidence_share(METRIC, DAY, known).value == 1.0


@pytest.mark.parametrize(
    ("said", "is_evidence"),
    [
        ("https://board.example/d/7?x=1", True),
        ("oa_open_rate", True),
        ("oa_open_rate@2026-07-20", True),
        ("milestone:MS-04", True),
        ("incident:INC-007@2026-07-20", True),
        ("digest-2026-07-20", True),
        ("retrospective-2026-W30", True),
        ("2026-W30", True),
        ("quarterly-review-2026-Q3", True),
        ("nothing_here", False),
        ("nothing_here@2026-07-20", False),
        ("oa_open_rate@yesterday", False),
        ("milestone:MS-99", False),
        ("gossip-2026-07-20", False),
        ("digest-2026-13-40", False),
        ("https://", False),
        ("20260720", False),
    ],
)
def test_only_what_can_be_looked_up_is_evidence(said: str, is_evidence: bool) -> None:
    assert KNOWN.holds(said) is is_evidence
    assert logged([recorded("D-1", "改标题", said)], [], KNOWN) == [Logged(DAY, is_evidence)]
    assert logged([], [imported("D-1", "改标题", f"见 {said}；群里说的")], KNOWN) == [
        Logged(DAY, is_evidence)
    ]
