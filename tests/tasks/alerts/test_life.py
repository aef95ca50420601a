"""A month of alerts: what people are told, when, and why; every expectation written by hand."""

import datetime as dt
from dataclasses import replace

import pytest

from tasks.alerts.life import Lived, due_date_of, live
from tasks.records import AlertRow, Case, Level, Notice

START = dt.date(2026, 7, 1)
DAYS_TO_ACT = {Level.yellow: 7, Level.orange: 3, Level.red: 1}
OWNERS = {"内容组负责人": "content"}
LETTERS = {"g": Level.green, "y": Level.yellow, "o": Level.orange, "r": Level.red, ".": Level.grey}


def day(n: int) -> dt.date:
    """The n-th business date; its run is on the morning after."""
    return START + dt.timedelta(days=n - 1)


class Month:
    """One KPI from day to day; the alert rows keep the rules of the judge: since, due date."""

    def __init__(self, key: str = "oa_open_rate", kind: str = "kpi") -> None:
        self.key, self.kind = key, kind
        self.cases: dict[str, Case] = {}
        self.last: Level | None = None
        self.since = START
        self.n = 0
        self.lived = Lived()

    def row(self, level: Level) -> AlertRow | Notice:
        if level is not Level.grey and level is not self.last:
            self.last, self.since = level, day(self.n)
        since = day(self.n) if level is Level.grey else self.since
        due = since + dt.timedelta(DAYS_TO_ACT[level]) if level in DAYS_TO_ACT else None
        if self.kind != "kpi":
            return Notice(
                self.key, day(self.n), self.kind, level, since, "", "事故", "", "内容组负责人", "", due
            )
        return AlertRow(
            self.key, day(self.n), level, level, since, "", "progress", 0.1, 0.2, 0.0, 1.0,
            0.3, 0.3, 0.3, 0.1, 3, 0.01, "内容组负责人", "", due, "",
        )  # fmt: skip

    def run(self, what: AlertRow | Notice, **given: object) -> list[str]:
        parts = {"today": what.business_date + dt.timedelta(days=1), **given}
        self.lived = live([what], self.cases, OWNERS, **parts)
        self.cases |= {case.key: case for case in self.lived.cases}
        return [telling.why for telling in self.lived.tellings]

    def next(self, letter: str, **given: object) -> list[str]:
        self.n += 1
        return self.run(self.row(LETTERS[letter]), **given)

    def days(self, letters: str, **given: object) -> dict[int, list[str]]:
        """What is told on which day; silent days are left out."""
        told = {}
        for letter in letters:
            whys = self.next(letter, **given)
            if whys:
                told[self.n] = whys
        return told

    @property
    def case(self) -> Case:
        return self.cases[self.key]

    def acknowledge(self) -> None:
        self.cases[self.key] = replace(self.case, acknowledged_by="王珂")

    def snooze(self, until: int) -> None:
        self.cases[self.key] = replace(
            self.case,
            snoozed_until=day(until),
            snoozed_level=self.case.level,
            snoozed_by="王珂",
            snooze_reason="大促后恢复",
            acknowledged_by="王珂",
        )

    def happened(self) -> list[str]:
        return [event.what for event in self.lived.events]


@pytest.fixture
def month() -> Month:
    return Month()


def test_a_month_is_told_on_changes_on_the_seventh_red_day_when_overdue_and_when_it_is_over(
    month: Month,
) -> None:
    # five days to a word
    letters = "ggyyyoorrrrrrrrr.rryyyyyyyyygg"
    assert month.days(letters) == {
        3: ["started"],
        6: ["worsened"],
        8: ["worsened"],
        10: ["escalated"],  # red since the 8th, due on the 9th
        15: ["reminder"],  # seven days after the 8th
        20: ["improved"],  # yellow; its lead knows already
        29: ["recovered"],
    }


def test_a_calm_kpi_leaves_nothing_behind(month: Month) -> None:
    assert month.days("ggg.ggg") == {}
    assert month.cases == {}


def test_a_run_repeated_tells_nothing_twice(month: Month) -> None:
    month.days("g")
    assert month.next("r") == ["started"]
    assert month.run(month.row(Level.red)) == []
    assert month.lived == Lived()


def test_what_a_later_run_of_the_day_finds_is_told_as_a_change(month: Month) -> None:
    assert month.next("r") == ["started"]
    assert month.run(month.row(Level.orange)) == ["improved"]
    assert month.run(month.row(Level.green)) == ["recovered"]
    assert month.run(month.row(Level.yellow)) == ["started"]


def test_a_day_that_was_left_out_does_not_swallow_a_change_or_the_reminder(month: Month) -> None:
    month.days("yr")
    month.acknowledge()
    month.n += 8  # no run for over a week, and the case is red all the time
    assert month.next("r") == ["reminder"]
    assert month.next("r") == []


def test_an_alert_of_an_earlier_day_than_the_last_is_no_news(month: Month) -> None:
    month.days("ry")
    month.n = 0
    assert month.next("o") == []
    assert month.case.level is Level.yellow


def test_grey_days_are_no_news_and_end_no_run(month: Month) -> None:
    assert month.days("y...y.r.....") == {1: ["started"], 7: ["worsened"], 9: ["escalated"]}


def test_acknowledging_stops_the_escalation_and_nothing_else(month: Month) -> None:
    month.days("r")
    month.acknowledge()
    assert month.days("rrrrrrrrog") == {8: ["reminder"], 10: ["improved"], 11: ["recovered"]}


def test_an_action_on_record_stops_the_escalation_too(month: Month) -> None:
    assert month.days("rrrr", acted={"oa_open_rate"}) == {1: ["started"]}
    assert month.days("r") == {5: ["escalated"]}


def test_a_worse_level_must_be_acknowledged_anew(month: Month) -> None:
    month.days("y")
    month.acknowledge()
    assert month.days("ooooo") == {2: ["worsened"], 6: ["escalated"]}
    assert not month.case.acknowledged_by


def test_it_is_escalated_once_in_a_level_s_run(month: Month) -> None:
    assert month.days("rrrrrr") == {1: ["started"], 3: ["escalated"]}
    assert month.case.escalated_on == day(3)


def test_nobody_is_late_who_was_told_only_now(month: Month) -> None:
    month.n = 9
    month.since, month.last = day(1), Level.red
    assert month.next("r") == ["started"]
    assert month.case.due_date == day(11), "a day from the day it was told, not from the day it began"
    assert month.next("r") == []
    assert month.next("r") == ["escalated"]
    assert month.case.due_date == day(11), "a due date that moves on every day is none"


def test_everybody_is_told_the_same_due_date(month: Month) -> None:
    month.n, month.since, month.last = 9, day(1), Level.orange
    month.n += 1
    row = month.row(Level.orange)
    assert row.due_date == day(4), "the row counts from the level's first day"
    assert due_date_of(row, None) == day(13), "what is told before the case is written"
    month.run(row)
    assert (month.case.due_date, due_date_of(row, month.case)) == (day(13), day(13))
    later = replace(row, business_date=day(12))
    assert due_date_of(later, month.case) == day(13)
    month.n = 12
    month.next("r")
    assert month.case.due_date == day(14)
    assert due_date_of(row, month.case) == row.due_date, "the case has gone on: history stays as it was"
    month.n = 20
    month.days("gg")
    month.days("o")
    assert month.case.due_date == day(26)
    assert due_date_of(row, month.case) == row.due_date, "an earlier run of the same level is not this one"


def test_history_restated_moves_the_first_day_and_neither_reminds_again_nor_puts_the_action_off(
    month: Month,
) -> None:
    told = {}
    for n in range(1, 15):
        # Red from the first day on; on the 9th and on the 12th earlier days turn out harmless.
        month.since, month.last = day(1 if n < 9 else 3 if n < 12 else 12), Level.red
        told |= month.days("r")
        assert month.case.due_date == day(2)
    assert told == {1: ["started"], 3: ["escalated"], 8: ["reminder"]}


def test_red_again_after_a_better_day_nobody_saw_is_another_run(month: Month) -> None:
    month.days("r" * 8, acted={month.key})
    month.n, month.since = 10, day(10)  # no run about the 9th, which was green
    month.n = 10
    assert month.next("r", acted={month.key}) == []
    assert (month.case.due_date, month.case.reminded) == (day(12), False)


def test_what_was_held_back_in_the_night_is_due_from_the_day_it_was_told(month: Month) -> None:
    month.next("r", quiet=True)
    month.next("r")
    assert month.case.due_date == day(3)


def held(month: Month, letter: str) -> list[str]:
    """A day whose own figures are green while the level still stands."""
    month.n += 1
    return month.run(replace(month.row(LETTERS[letter]), raw_level=Level.green))


def test_nobody_is_called_to_what_is_green_today(month: Month) -> None:
    month.last, month.since = Level.orange, day(1)  # orange in a backfill, which tells nobody
    assert held(month, "o") == []
    assert month.cases == {}
    assert month.next("o") == ["started"]


def test_what_was_held_back_in_the_night_is_not_told_once_it_is_green_again(month: Month) -> None:
    month.next("r", quiet=True)
    assert held(month, "r") == []
    assert month.next("g") == []


def test_a_green_day_neither_reminds_nor_escalates_what_it_only_waits_to_end(month: Month) -> None:
    month.days("rrrrrrr", acted={month.key})
    assert held(month, "r") == []
    assert month.next("r") == ["reminder", "escalated"]


def test_a_snooze_silences_improvement_reminder_and_escalation(month: Month) -> None:
    month.days("r")
    month.snooze(until=20)
    assert month.days("rrrrrrrrroy") == {}


def test_a_snoozed_alert_that_gets_worse_is_told_and_the_snooze_is_over(month: Month) -> None:
    month.days("y")
    month.snooze(until=20)
    assert month.next("o") == ["worsened"]
    assert month.happened() == ["worsened", "snooze_ended", "told"]
    assert month.case.snoozed_until is None
    assert month.days("oooo") == {6: ["escalated"]}


def test_a_snoozed_alert_may_swing_up_to_the_level_it_was_snoozed_at(month: Month) -> None:
    month.days("o")
    month.snooze(until=20)
    assert month.days("yoyo") == {}
    assert month.case.acknowledged_by == "王珂"
    assert month.next("r") == ["worsened"]


def test_a_recovery_is_told_in_spite_of_a_snooze_and_ends_it(month: Month) -> None:
    month.days("o")
    month.snooze(until=20)
    assert month.next("g") == ["recovered"]
    assert month.case.snoozed_until is None
    assert month.next("o") == ["started"]


def test_when_a_snooze_ends_and_it_is_still_behind_that_is_told_once(month: Month) -> None:
    month.days("o")
    month.snooze(until=5)
    # The run about day 4 is made on day 5, the first that is not silent any more.
    assert month.days("ooo") == {4: ["woken"]}
    assert month.days("ooo") == {}
    assert month.case.snoozed_until is None


def test_when_a_snooze_ends_the_change_it_hid_is_told_instead(month: Month) -> None:
    month.days("o")
    month.snooze(until=5)
    assert month.days("yyyy") == {4: ["improved"]}


def test_quiet_hours_hold_everything_back_until_the_next_run(month: Month) -> None:
    assert month.next("r", quiet=True) == []
    assert [t.why for t in month.lived.held] == ["started"]
    assert month.case.told_level is Level.green
    assert month.run(month.row(Level.red)) == ["started"]


def test_quiet_hours_do_not_lose_the_end_of_a_snooze_or_a_recovery(month: Month) -> None:
    month.days("o")
    month.snooze(until=4)
    assert month.days("o", quiet=True) == {}
    assert month.days("o", quiet=True) == {}
    assert month.next("o") == ["woken"]
    assert month.next("g", quiet=True) == []
    assert month.next("g") == ["recovered"]


def test_a_bad_hour_that_was_over_before_anybody_was_told_is_told_to_nobody(month: Month) -> None:
    assert month.next("y", quiet=True) == []
    assert month.next("g") == []


def test_a_red_incident_wakes_people_and_a_yellow_one_does_not() -> None:
    incident = Month("incident:i-17", "incident")
    assert incident.next("y", quiet=True) == []
    assert incident.next("r", quiet=True) == ["started"]
    churn = Month("churn:2026-07", "churn")
    assert churn.next("r", quiet=True) == []


def test_a_notice_lives_like_a_kpi() -> None:
    milestone = Month("milestone:MS-04", "milestone")
    assert milestone.days("yyrrrg") == {1: ["started"], 3: ["worsened"], 5: ["escalated"], 6: ["recovered"]}
    assert milestone.case.kind == "milestone"


def test_a_case_knows_its_owner_by_the_plan_s_key_and_its_due_date(month: Month) -> None:
    month.days("o")
    assert (month.case.owner, month.case.due_date) == ("content", day(4))


def test_a_kpi_that_leaves_the_plan_is_closed_and_a_notice_that_is_not_there_stays(month: Month) -> None:
    month.days("r")
    notice = Case(
        "budget:content", "budget", Level.orange, day(1), day(1), "content", told_level=Level.orange
    )
    other = Month("share_rate")
    other.n = 2
    lived = live([other.row(Level.green)], {**month.cases, notice.key: notice}, OWNERS, day(3))
    assert [(c.key, c.level) for c in lived.cases] == [("oa_open_rate", Level.green)]
    assert [(e.key, e.what) for e in lived.events] == [("oa_open_rate", "closed")]
    assert lived.tellings == ()


def test_every_step_is_written_into_the_history(month: Month) -> None:
    seen = []
    for letter in "yrrrg":
        month.next(letter)
        seen.append(month.happened())
    assert seen == [
        ["opened", "told"],
        ["worsened", "told"],
        [],
        ["escalated"],
        ["recovered", "told"],
    ]
