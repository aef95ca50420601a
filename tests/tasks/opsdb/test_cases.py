import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import Window
from tasks.errors import BadRequest, ConfigurationError
from tasks.opsdb import alerts, cases, notices
from tasks.records import AlertMessage, AlertRow, Case, CaseEvent, Level, Notice

DAY = dt.date(2026, 7, 20)
TODAY = dt.date(2026, 7, 21)


def case(key: str, level: Level = Level.red, **more: object) -> Case:
    blank = Case(key, "kpi", level, DAY, DAY, "content", DAY, told_level=level, told_on=DAY)
    return replace(blank, **more)


def store(ops: sa.Engine, *known: Case, happened: Iterable[CaseEvent] = ()) -> None:
    cases.change(ops, lambda _: (known, happened, ()))


@pytest.fixture
def two(ops: sa.Engine) -> sa.Engine:
    """A database with two open alerts and one that is over."""
    store(ops, case("oa_open_rate", Level.orange), case("share_rate"), case("repurchase", Level.green))
    return ops


def test_a_case_comes_back_as_it_was_written(ops: sa.Engine) -> None:
    full = case(
        "milestone:MS-04", Level.yellow, kind="milestone", since=DAY - dt.timedelta(9), reminded=True,
        acknowledged_by="王珂", acknowledged_at=dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC),
        acknowledged_note="已排期", snoozed_until=dt.date(2026, 8, 1), snoozed_level=Level.yellow,
        snoozed_by="王珂", snooze_reason="等供应商", escalated_on=DAY,
    )  # fmt: skip
    store(ops, full)
    assert cases.of(ops, "milestone:MS-04") == full
    assert cases.of(ops, "oa_open_rate") is None


def test_the_worst_open_alert_comes_first_and_what_is_over_does_not_come(two: sa.Engine) -> None:
    store(two, case("aov", since=DAY - dt.timedelta(3)))
    assert [c.key for c in cases.open_cases(two)] == ["aov", "share_rate", "oa_open_rate"]


def test_whoever_acknowledges_is_known_and_twice_is_once(two: sa.Engine) -> None:
    (first,) = cases.acknowledge(two, ["share_rate"], by=" 王珂 ", note="今天改版")
    (again,) = cases.acknowledge(two, ["share_rate"], by="王珂", note="今天改版")
    assert again == first == cases.of(two, "share_rate")
    assert (first.acknowledged_by, first.acknowledged_note) == ("王珂", "今天改版")
    assert first.acknowledged_at is not None
    ((at, event),) = cases.events(two, "share_rate")
    assert event == CaseEvent("share_rate", "acknowledged", Level.red, DAY, "王珂", "今天改版")
    assert at.tzinfo is not None


def test_another_person_may_take_over(two: sa.Engine) -> None:
    cases.acknowledge(two, ["share_rate"], by="王珂")
    cases.acknowledge(two, ["share_rate"], by="林夏")
    found = cases.of(two, "share_rate")
    assert found is not None
    assert found.acknowledged_by == "林夏"
    assert [event.who for _, event in cases.events(two, "share_rate")] == ["王珂", "林夏"]


def test_a_snooze_keeps_reason_end_and_level_and_counts_as_seen(two: sa.Engine) -> None:
    until = TODAY + dt.timedelta(days=10)
    given = {"until": until, "reason": "大促后恢复", "by": "王珂", "today": TODAY}
    (snoozed,) = cases.snooze(two, ["oa_open_rate"], **given)
    assert (snoozed.snoozed_until, snoozed.snooze_reason) == (until, "大促后恢复")
    assert (snoozed.snoozed_level, snoozed.snoozed_by) == (Level.orange, "王珂")
    assert snoozed.acknowledged_by == "王珂"
    assert cases.snooze(two, ["oa_open_rate"], **given) == [snoozed]
    assert [(e.what, e.until) for _, e in cases.events(two)] == [("snoozed", until)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": "  "}, "a snooze needs a reason"),
        ({"by": ""}, "say who you are"),
        ({"until": TODAY}, "from 2026-07-22 to 2026-10-19, not 2026-07-21"),
        ({"until": TODAY + dt.timedelta(days=91)}, "not 2026-10-20"),
        ({"keys": []}, "no alert is named"),
        ({"keys": ["share_rate", "aov"]}, "no alert of aov is open; open: oa_open_rate, share_rate"),
        (
            {"keys": ["repurchase"]},
            "the alert of repurchase is over since 2026-07-20; open: oa_open_rate, share_rate",
        ),
    ],
)
def test_a_snooze_that_cannot_be_says_why_and_changes_nothing(
    two: sa.Engine, wrong: dict[str, object], said: str
) -> None:
    before = cases.cases(two)
    given = {"until": TODAY + dt.timedelta(days=90), "reason": "大促", "by": "王珂", "today": TODAY} | wrong
    keys = given.pop("keys", ["share_rate"])
    with pytest.raises(ConfigurationError) as caught:
        cases.snooze(two, keys, **given)
    assert said in str(caught.value)
    assert cases.cases(two) == before
    assert cases.events(two) == []


def test_ninety_days_are_not_too_long(two: sa.Engine) -> None:
    cases.snooze(
        two, ["share_rate"], until=TODAY + dt.timedelta(days=90), reason="大促", by="王珂", today=TODAY
    )
    found = cases.of(two, "share_rate")
    assert found is not None
    assert found.snoozed_until == dt.date(2026, 10, 19)


def test_nothing_is_open_in_a_new_installation(ops: sa.Engine) -> None:
    assert cases.open_cases(ops) == []
    with pytest.raises(ConfigurationError, match="no alert of aov is open; open: none"):
        cases.acknowledge(ops, ["aov"], by="王珂")


def test_people_are_told_of_what_got_worse_at_a_moment(
    ops: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = calendars.moment_on(TODAY, dt.time(8, 40))
    monkeypatch.setattr(calendars, "now", lambda: at)
    happened = [
        CaseEvent("aov", "worsened", Level.red, DAY),
        CaseEvent("aov", "told", Level.red, DAY, note="worsened"),
        CaseEvent("share_rate", "told", Level.yellow, DAY, note="started"),
        CaseEvent("share_rate", "told", Level.yellow, DAY, note="woken"),
        CaseEvent("aov", "told", Level.green, TODAY, note="recovered"),
        CaseEvent("aov", "told", Level.yellow, TODAY, note="started"),
    ]
    cases.change(ops, lambda _: ((), happened, ()))
    assert cases.told(ops, Window.of_day(DAY)) == [(at, happened[1]), (at, happened[2])]


def test_messages_of_a_day_owner_and_audience_are_numbered(ops: sa.Engine) -> None:
    def say(owner: str, audience: str, body: str) -> None:
        message = AlertMessage(DAY, owner, audience, (Level.red, Level.green, Level.red), body)
        cases.change(ops, lambda _: ((), (), [message]))

    for owner, audience, body in (
        ("a", "owner", "1"),
        ("a", "owner", "2"),
        ("a", "lead", "3"),
        ("b", "owner", "4"),
    ):
        say(owner, audience, body)
    found = cases.messages(ops, DAY, DAY)
    assert [(m.owner, m.audience, m.number, m.body) for m in found] == [
        ("a", "lead", 1, "3"), ("a", "owner", 1, "1"), ("a", "owner", 2, "2"), ("b", "owner", 1, "4"),
    ]  # fmt: skip
    assert found[0].levels == (Level.red, Level.green)
    assert cases.messages(ops, TODAY, TODAY) == []


def test_what_is_thought_and_what_is_written_are_one_transaction(two: sa.Engine) -> None:
    def think(known: Mapping[str, Case]) -> tuple[list[Case], list[CaseEvent], list[AlertMessage]]:
        event = CaseEvent("share_rate", "worsened", Level.red, DAY)
        wrong = AlertMessage(None, "a", "owner", (Level.red,), "")  # type: ignore[arg-type]
        return [replace(known["share_rate"], owner="nobody")], [event], [wrong]

    before = cases.cases(two)
    with pytest.raises(sa.exc.IntegrityError):
        cases.change(two, think)
    assert cases.cases(two) == before
    assert cases.events(two) == []


@pytest.fixture
def row() -> Callable[..., Notice]:
    def build(key: str, n: int = 0, kind: str = "milestone", level: Level = Level.red) -> Notice:
        day = DAY + dt.timedelta(days=n)
        return Notice(
            key, day, kind, level, DAY, "worsened", "里程碑", "还差 3 项", "内容组负责人", "补齐", None
        )

    return build


def test_notices_come_back_as_they_were_written_and_a_day_replaces_itself(
    ops: sa.Engine, row: Callable[..., Notice]
) -> None:
    notices.write(ops, DAY, [row("milestone:MS-04"), row("incident:i-1", kind="incident")])
    notices.write(ops, DAY + dt.timedelta(1), [row("milestone:MS-04", 1)])
    assert notices.write(ops, DAY, [row("milestone:MS-04", level=Level.green)], ["milestone"]) == 1
    assert notices.of(ops, DAY) == [
        row("incident:i-1", kind="incident"),
        row("milestone:MS-04", level=Level.green),
    ]
    assert [n.business_date for n in notices.before(ops, DAY + dt.timedelta(2), 2)] == [
        DAY, DAY, DAY + dt.timedelta(1),
    ]  # fmt: skip
    notices.write(ops, DAY, [])
    assert notices.of(ops, DAY) == []


@pytest.mark.parametrize("wrong", [{"n": 1}, {"kind": "incident"}])
def test_a_notice_of_another_day_or_kind_is_refused(
    ops: sa.Engine, row: Callable[..., Notice], wrong: dict[str, object]
) -> None:
    with pytest.raises(BadRequest, match="is not of"):
        notices.write(ops, DAY, [row("budget:content", **{"kind": "budget", **wrong})], ["budget"])


def test_the_newest_day_is_that_of_the_last_alert_or_notice(
    ops: sa.Engine, row: Callable[..., Notice]
) -> None:
    assert cases.newest_day(ops) is None
    judged = AlertRow("aov", DAY, Level.red, Level.red, DAY, "", "progress", *[None] * 10, "", "", None, "")
    alerts.write(ops, DAY, [judged])
    assert cases.newest_day(ops) == DAY
    # An incident is watched before its day is over, and makes nothing of the day before history.
    notices.write(ops, TODAY, [row("incident:i-1", 1, kind="incident")])
    assert cases.newest_day(ops) == DAY
    notices.write(ops, TODAY, [row("milestone:MS-04", 1)])
    assert cases.newest_day(ops) == TODAY
