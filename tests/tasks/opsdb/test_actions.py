import datetime as dt
from dataclasses import replace

import sqlalchemy as sa

from tasks.calendars import Window
from tasks.opsdb import actions, alerts, decisions, ledger, notices
from tasks.records import Action, ActionKind, AlertRow, Decision, DecisionOutcome, Level, Notice, Raised

DAY = dt.date(2026, 7, 20)
MOMENT = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)
LATER = MOMENT + dt.timedelta(days=2)
ACTION = Action(
    "a-1", "oa_open_rate", DAY, "red", ActionKind.cause_analysis, "看标题", "内容组", "张三", MOMENT, DAY
)
DECISION = Decision(
    "d-1",
    DAY,
    "改科普",
    "内容组",
    ("digest-2026-07-20", "oa_open_rate"),
    "+2pp",
    DecisionOutcome.open,
    None,
    MOMENT,
)


def alert(metric: str, n: int, level: Level, changed: str, lag: float | None = 0.4) -> AlertRow:
    day = DAY + dt.timedelta(days=n)
    return AlertRow(
        metric, day, level, level, day, changed, "progress", 1.0, 2.0, 0.0, 10.0, lag, lag, lag, lag,
        None, None, "o", "a", None, "",
    )  # fmt: skip


def test_the_same_action_recorded_twice_is_one_row_and_keeps_its_first_words(ops: sa.Engine) -> None:
    assert actions.record(ops, ACTION)
    assert not actions.record(ops, replace(ACTION, owner="别人"))
    assert actions.read(ops) == [ACTION]


def test_an_action_is_done_once_and_its_outcome_may_come_later(ops: sa.Engine) -> None:
    actions.record(ops, ACTION)

    done = actions.close(ops, "a-1", LATER, "")
    told = actions.close(ops, "a-1", LATER + dt.timedelta(days=5), "打开率回升")

    assert done == replace(ACTION, done_at=LATER)
    assert told == replace(ACTION, done_at=LATER, outcome="打开率回升")
    assert actions.close(ops, "a-1", None, "") == told
    assert actions.close(ops, "a-9", LATER, "x") is None


def test_actions_are_found_by_what_they_are_about_when_and_whether_they_are_open(ops: sa.Engine) -> None:
    old = replace(ACTION, action_id="a-0", recorded_at=MOMENT - dt.timedelta(days=90), done_at=LATER)
    other = replace(ACTION, action_id="a-2", about="milestone:MS-04", recorded_at=LATER)
    for entry in (ACTION, other, old):
        actions.record(ops, entry)

    assert actions.read(ops) == [old, ACTION, other]
    assert actions.read(ops, about="milestone:MS-04") == [other]
    assert actions.read(ops, is_open=True) == [ACTION, other]
    assert actions.read(ops, is_open=False) == [old]
    assert actions.read(ops, since=LATER) == [old, other], "done since then counts as well"


def test_an_alert_is_raised_when_it_starts_or_gets_worse(ops: sa.Engine) -> None:
    for n, (level, changed) in enumerate(
        [(Level.yellow, "started"), (Level.red, "worsened"), (Level.red, ""), (Level.green, "recovered")]
    ):
        alerts.write(ops, DAY + dt.timedelta(days=n), [alert("m", n, level, changed)])

    assert actions.raised(ops, Window(DAY, DAY + dt.timedelta(days=9))) == [
        Raised("m", DAY, "yellow"),
        Raised("m", DAY + dt.timedelta(days=1), "red"),
    ]
    assert actions.raised(ops, Window(DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=9))) == []


def notice(n: int, level: Level, changed: str) -> Notice:
    day = DAY + dt.timedelta(days=n)
    return Notice("milestone:MS-04", day, "milestone", level, day, changed, "t", "r", "content", "a", None)


def test_what_is_noticed_beside_the_kpis_is_raised_as_well(ops: sa.Engine) -> None:
    notices.write(ops, DAY, [notice(0, Level.yellow, "started")])
    notices.write(ops, DAY + dt.timedelta(days=1), [notice(1, Level.red, "worsened")])
    notices.write(ops, DAY + dt.timedelta(days=2), [notice(2, Level.green, "recovered")])
    alerts.write(ops, DAY + dt.timedelta(days=1), [alert("m", 1, Level.orange, "started")])

    assert actions.raised(ops, Window(DAY, DAY + dt.timedelta(days=9))) == [
        Raised("milestone:MS-04", DAY, "yellow"),
        Raised("m", DAY + dt.timedelta(days=1), "orange"),
        Raised("milestone:MS-04", DAY + dt.timedelta(days=1), "red"),
    ]


def test_a_miss_is_yellow_or_worse_and_a_day_that_could_not_be_judged_is_neither(ops: sa.Engine) -> None:
    alerts.write(ops, DAY, [alert("m", 0, Level.yellow, "", 0.1), alert("n", 0, Level.red, "", 0.9)])
    alerts.write(ops, DAY + dt.timedelta(days=1), [alert("m", 1, Level.green, "", 0.09)])
    alerts.write(ops, DAY + dt.timedelta(days=2), [alert("m", 2, Level.grey, "", None)])
    notices.write(ops, DAY, [notice(0, Level.red, "started")])
    first, second, third = (DAY + dt.timedelta(days=n) for n in range(3))

    found = actions.missed(ops, {"m", "milestone:MS-04"}, Window(DAY, DAY + dt.timedelta(days=9)))

    # The milestone is not there any more on two days that were judged.
    assert found == {
        "m": {first: True, second: False},
        "milestone:MS-04": {first: True, second: False, third: False},
    }


def test_a_decision_is_recorded_once_and_reviewed_later(ops: sa.Engine) -> None:
    assert decisions.record(ops, DECISION)
    assert not decisions.record(ops, replace(DECISION, title="另一件"))
    assert decisions.read(ops) == [DECISION]

    seen = decisions.review(
        ops, "d-1", {"outcome": DecisionOutcome.right, "reviewed_on": DAY, "evidence": ("a", "b")}
    )

    assert seen == replace(DECISION, outcome=DecisionOutcome.right, reviewed_on=DAY, evidence=("a", "b"))
    assert decisions.review(ops, "d-9", {"title": "x"}) is None


def test_decisions_are_read_by_half_open_dates(ops: sa.Engine) -> None:
    for n in range(3):
        decided = DAY + dt.timedelta(days=n)
        decisions.record(ops, replace(DECISION, decision_id=f"d-{n}", decided_on=decided, evidence=()))

    found = decisions.read(ops, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=2))
    assert [(d.decision_id, d.evidence) for d in found] == [("d-1", ())]


def test_a_date_was_told_when_messages_about_its_figures_arrived(ops: sa.Engine) -> None:
    def send(report: str, recipient: str, *, arrives: bool = True) -> None:
        claim = ledger.claim(
            ops, report=report, period=str(DAY), channel="mail", recipient=recipient, content_hash="h"
        )
        assert isinstance(claim, ledger.Claim)
        ledger.sending(ops, claim)
        if arrives:
            ledger.sent(ops, claim, "0", "")
        else:
            ledger.failed(ops, claim, "no")

    send("watchdog", "a")
    send("digest", "a", arrives=False)
    assert ledger.arrivals(ops, Window.of_day(DAY)) == {}
    send("digest", "b")
    send("digest", "c")

    both = [e.finished_at for e in ledger.entries(ops, report="digest") if e.status == "sent"]
    assert len(both) == 2
    assert ledger.arrivals(ops, Window(DAY, DAY + dt.timedelta(days=2))) == {DAY: both}
    assert ledger.arrivals(ops, Window.of_day(DAY + dt.timedelta(days=1))) == {}
