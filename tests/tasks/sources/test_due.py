"""What a run asks about: everything due and unknown, what may have been restated, and nothing twice."""

import dataclasses
import datetime as dt

from tasks.calendars import Window
from tasks.records import USED_UP, Cell, CellShape, Endpoint, Outcome, SourceKind, Verdict
from tasks.sources.due import begins_late, keep_better, runs, unjudged_since, wanted

TARGET = dt.date(2026, 7, 20)
MORNING_AFTER = dt.datetime(2026, 7, 21, 0, 40, tzinfo=dt.UTC)  # 08:40 in Shanghai


def endpoint(**changes: object) -> Endpoint:
    given = {
        "name": "oa.user_summary",
        "kind": SourceKind.official_account,
        "path": "/datacube/getusersummary",
        "title": "用户增减",
        "ready": dt.time(8),
        "revise_days": 3,
        "datasets": ("land_oa_user_summary",),
        "page": "https://example.org",
        "read_on": dt.date(2026, 11, 22),
    }
    return Endpoint.model_validate(given | changes)


def outcome(day: int, verdict: Verdict = Verdict.ok, as_of: int = 20) -> Outcome:
    date = dt.date(2026, 7, day)
    return Outcome(Cell("oa", "oa.user_summary", date), verdict, 1, dt.date(2026, 7, as_of), MORNING_AFTER)


def days_of(found: list[dt.date]) -> list[int]:
    return [d.day for d in found]


def test_a_first_run_asks_about_the_day_and_what_may_be_restated() -> None:
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), {}, now=MORNING_AFTER)) == [18, 19, 20]


def test_a_second_run_of_the_day_asks_only_about_what_is_missing() -> None:
    known = {dt.date(2026, 7, d): outcome(d) for d in (18, 19)}
    known[TARGET] = outcome(20, Verdict.late)
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), known, now=MORNING_AFTER)) == [20]


def test_the_next_day_asks_again_about_restated_days() -> None:
    known = {dt.date(2026, 7, d): outcome(d, as_of=19) for d in range(10, 20)}
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), known, now=MORNING_AFTER)) == [18, 19, 20]


def test_unanswered_days_of_the_last_fortnight_are_asked_again() -> None:
    known = {dt.date(2026, 7, d): outcome(d, as_of=20) for d in range(1, 21)}
    known[dt.date(2026, 7, 8)] = outcome(8, Verdict.suspect_zero)
    known[dt.date(2026, 7, 2)] = outcome(2, Verdict.error)
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), known, now=MORNING_AFTER)) == [8]


def test_a_gap_is_asked_for_with_the_days_after_it_up_to_one_with_rows_where_those_make_it_a_zero() -> None:
    known = {dt.date(2026, 7, d): outcome(d, as_of=20) for d in range(1, 21)}
    known[dt.date(2026, 7, 8)] = outcome(8, Verdict.empty)
    known[dt.date(2026, 7, 9)] = dataclasses.replace(known[dt.date(2026, 7, 9)], rows=0)
    window = Window.of_day(TARGET)

    assert days_of(wanted(endpoint(gaps_are_zero=True), window, known, now=MORNING_AFTER)) == [8, 9, 10]
    assert days_of(wanted(endpoint(), window, known, now=MORNING_AFTER)) == [8]


def test_a_day_before_its_ready_time_is_not_asked_about() -> None:
    early = dt.datetime(2026, 7, 20, 23, 59, tzinfo=dt.UTC)  # 07:59
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), {}, now=early)) == [18, 19]


def test_a_backfill_asks_for_the_whole_window_but_not_before_history_began() -> None:
    window = Window(dt.date(2026, 7, 1), dt.date(2026, 7, 21))
    late_start = endpoint(history_start=dt.date(2026, 7, 15))
    assert days_of(wanted(late_start, window, {}, now=MORNING_AFTER)) == [15, 16, 17, 18, 19, 20]


def test_a_run_for_a_past_date_changes_no_newer_knowledge() -> None:
    known = {dt.date(2026, 7, d): outcome(d, as_of=20) for d in range(1, 21)}
    assert wanted(endpoint(), Window.of_day(dt.date(2026, 7, 10)), known, now=MORNING_AFTER) == []


def test_a_state_is_taken_once_a_target_and_never_backwards() -> None:
    listing = endpoint(shape=CellShape.snapshot)
    assert wanted(listing, Window.of_day(TARGET), {}, now=MORNING_AFTER) == [TARGET]
    assert wanted(listing, Window.of_day(TARGET), {TARGET: outcome(20)}, now=MORNING_AFTER) == []
    assert wanted(listing, Window.of_day(dt.date(2026, 7, 1)), {TARGET: outcome(20)}, now=MORNING_AFTER) == []
    failed = {TARGET: outcome(20, Verdict.error)}
    assert wanted(listing, Window.of_day(TARGET), failed, now=MORNING_AFTER) == [TARGET]


def test_days_are_joined_into_gapless_windows_of_bounded_length() -> None:
    days = [dt.date(2026, 7, d) for d in (1, 2, 3, 7, 8)]
    assert [str(w) for w in runs(days)] == ["2026-07-01 … 2026-07-03", "2026-07-07 … 2026-07-08"]
    assert [len(w) for w in runs(days, longest=2)] == [2, 1, 2]


def test_a_known_day_is_never_marked_down() -> None:
    assert keep_better(outcome(18), outcome(18, Verdict.error)) is None
    assert keep_better(outcome(18), outcome(18, Verdict.late)) is None


def test_the_first_good_moment_of_a_day_is_kept() -> None:
    first = keep_better(outcome(18, Verdict.late), outcome(18))
    assert first is not None
    assert first.first_ok_at == MORNING_AFTER
    later = dataclasses.replace(outcome(18), fetched_at=MORNING_AFTER + dt.timedelta(days=1))
    again = keep_better(first, later)
    assert again is not None
    assert (again.first_ok_at, again.fetched_at) == (MORNING_AFTER, later.fetched_at)


def test_a_day_the_system_was_off_is_made_up_for() -> None:
    once = endpoint(revise_days=1)
    known = {dt.date(2026, 7, d): outcome(d, as_of=d) for d in range(10, 19)}
    assert days_of(wanted(once, Window.of_day(TARGET), known, now=MORNING_AFTER)) == [19, 20]
    assert days_of(wanted(once, Window.of_day(TARGET), {}, now=MORNING_AFTER)) == [20], (
        "nothing before the start"
    )


def test_a_last_restatement_that_failed_is_made_up_for() -> None:
    known = {dt.date(2026, 7, d): outcome(d, as_of=min(d + 2, 20)) for d in range(1, 21)}
    known[dt.date(2026, 7, 17)] = outcome(17, as_of=18)
    assert days_of(wanted(endpoint(), Window.of_day(TARGET), known, now=MORNING_AFTER)) == [17]


def test_figures_added_weeks_later_are_asked_for_then() -> None:
    retention = endpoint(also_after_days=(14,))
    known = {dt.date(2026, 7, d): outcome(d, as_of=d + 14 if d < 6 else min(d + 2, 20)) for d in range(1, 21)}
    assert days_of(wanted(retention, Window.of_day(TARGET), known, now=MORNING_AFTER)) == [6]


def test_figures_added_weeks_later_are_asked_for_once_more_though_the_run_of_that_day_was_missed() -> None:
    """July 5 had its 14th day on the 19th, when nothing ran; July 4 was asked about on the 18th."""
    retention = endpoint(also_after_days=(14, 30))
    known = {dt.date(2026, 7, d): outcome(d, as_of=min(d + 2, 20)) for d in range(1, 21)}
    known |= {dt.date(2026, 7, d): outcome(d, as_of=d + 14) for d in range(1, 5)}
    assert days_of(wanted(retention, Window.of_day(TARGET), known, now=MORNING_AFTER)) == [5, 6]

    answered = known | {dt.date(2026, 7, d): outcome(d, as_of=20) for d in (5, 6)}
    assert wanted(retention, Window.of_day(TARGET), answered, now=MORNING_AFTER) == []


def test_a_look_a_month_later_has_a_fortnight_of_chances_and_no_more() -> None:
    """July 1 is due once more on the 31st; the runs of that day and of those after it did not come."""
    retention = endpoint(also_after_days=(14, 30))
    known = {dt.date(2026, 7, 1): outcome(1, as_of=15)}

    def asks(month: int, day: int) -> bool:
        target = dt.date(2026, month, day)
        now = dt.datetime(2026, month, day, 0, 40, tzinfo=dt.UTC) + dt.timedelta(days=1)
        return dt.date(2026, 7, 1) in wanted(retention, Window.of_day(target), known, now=now)

    found = [asks(7, 30), asks(7, 31), asks(8, 1), asks(8, 13), asks(8, 14)]
    assert found == [False, True, True, True, False]


def test_a_used_up_quota_rests_until_midnight() -> None:
    spent = dataclasses.replace(outcome(20, Verdict.error), code=USED_UP)
    assert wanted(endpoint(), Window.of_day(TARGET), {TARGET: spent}, now=MORNING_AFTER) == []
    next_day = MORNING_AFTER + dt.timedelta(days=1)
    assert TARGET in wanted(endpoint(), Window.of_day(TARGET), {TARGET: spent}, now=next_day)


def test_half_a_list_is_gone_on_with_until_it_was_judged_or_is_three_days_old() -> None:
    def read(hour: int, verdict: Verdict, code: str = "") -> Outcome:
        at = dt.datetime(2026, 7, 20, hour, tzinfo=dt.UTC)
        return dataclasses.replace(outcome(hour, verdict), fetched_at=at, code=code)

    def since(*outcomes: Outcome) -> dt.datetime:
        return unjudged_since({o.cell.business_date: o for o in outcomes}, MORNING_AFTER)

    assert since() == MORNING_AFTER - dt.timedelta(days=3)
    broken_off = [read(5, Verdict.error, USED_UP), read(6, Verdict.error, "http 500")]
    assert since(*broken_off) == MORNING_AFTER - dt.timedelta(days=3)
    assert since(read(3, Verdict.ok), *broken_off) == read(3, Verdict.ok).fetched_at
    for over in ("ShortAnswer", "UnexpectedShape", "40003"):
        assert since(read(3, Verdict.ok), read(4, Verdict.error, over)).hour == 4


def test_days_the_platform_no_longer_keeps_are_not_due_and_no_piece_straddles_the_border() -> None:
    kept = endpoint(history_days=180, span_days=30)
    window = Window.ending(TARGET, 200)
    found = wanted(kept, window, {}, now=MORNING_AFTER)
    first = dt.date(2026, 1, 22)  # July 21 less 180 days
    assert (found[0], found[-1], len(found)) == (first, TARGET, 180)
    assert runs(found, longest=31)[0] == Window(first, dt.date(2026, 2, 22))
    assert begins_late(kept, window, MORNING_AFTER) == first
    assert begins_late(kept, Window(first, TARGET), MORNING_AFTER) is None
    tomorrow = MORNING_AFTER + dt.timedelta(days=1)
    assert wanted(kept, window, {}, now=tomorrow)[0] == dt.date(2026, 1, 23), "the border moves on"


def test_the_later_of_two_beginnings_counts() -> None:
    window = Window.ending(TARGET, 400)
    young = endpoint(history_days=180, history_start=dt.date(2026, 3, 1))
    old = endpoint(history_days=180, history_start=dt.date(2025, 11, 1))
    assert wanted(young, window, {}, now=MORNING_AFTER)[0] == dt.date(2026, 3, 1)
    assert wanted(old, window, {}, now=MORNING_AFTER)[0] == dt.date(2026, 1, 22)
    assert len(wanted(endpoint(history_start="unknown"), window, {}, now=MORNING_AFTER)) == 400
    assert begins_late(endpoint(history_start="unknown"), window, MORNING_AFTER) is None
