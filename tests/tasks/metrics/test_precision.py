import datetime as dt

from tasks.metrics.precision import due_day, precision
from tasks.records import Raised
from tests.tasks.some_metric import some_metric

RED = dt.date(2026, 3, 1)
DAY = dt.date(2026, 6, 30)
METRIC = some_metric(
    "alert_precision", unit="share", denominator="d", denominator_zh="分母", denominator_en="bottom",
    window_days=365, min_sample=2,
)  # fmt: skip


def plus(days: int) -> dt.date:
    return RED + dt.timedelta(days=days)


def test_a_red_is_decided_at_the_next_checkpoint_or_after_thirty_days() -> None:
    assert due_day(RED, [plus(-5), plus(0), plus(12), plus(20)]) == plus(12)
    assert due_day(RED, [plus(31)]) == plus(30)
    assert due_day(RED, [plus(30)]) == plus(30)
    assert due_day(RED, []) == plus(30)


def test_a_red_was_right_when_the_kpi_still_missed_what_was_due() -> None:
    reds = [Raised(metric, RED, "red") for metric in ("missed", "caught_up", "checkpoint", "grey_then")]
    missed = {
        "missed": {plus(0): True, plus(30): True},
        "caught_up": {plus(0): True, plus(30): False},
        "checkpoint": {plus(12): True, plus(30): False},
        "grey_then": {plus(0): True, plus(23): True},  # seven days before: too old to tell
    }

    value = precision(METRIC, DAY, reds, missed, {"checkpoint": [plus(12)]})

    # missed and checkpoint were right, caught_up was not, grey_then is on neither side.
    assert (value.numerator, value.denominator, value.status) == (2, 3, "ok")
    assert value.value == 2 / 3
    assert value.note == "365 天内 3 次红色预警已见分晓，其中 2 次随后确实未达标"


def test_the_last_judged_day_of_the_week_before_stands_in_for_a_grey_one() -> None:
    value = precision(
        METRIC, DAY, [Raised("m", RED, "red")] * 2, {"m": {plus(24): True, plus(26): False}}, {}
    )

    assert (value.numerator, value.denominator) == (0, 2)


def test_other_colours_and_reds_still_open_are_not_counted_and_few_are_grey() -> None:
    reds = [Raised("m", RED, "orange"), Raised("m", DAY, "red"), Raised("m", RED, "red")]

    value = precision(METRIC, DAY, reds, {"m": {plus(30): True}}, {}, "en")

    assert (value.numerator, value.denominator, value.status) == (1, 1, "grey")
    assert value.note == "only 1 reds of 365 days can be told right from wrong, at least 2 are needed"


def test_without_any_red_there_is_no_precision() -> None:
    value = precision(METRIC, DAY, [], {}, {})

    assert (value.value, value.denominator, value.status) == (None, 0, "grey")


def test_a_milestones_red_is_decided_when_the_milestone_is_due_however_far_that_is() -> None:
    key, due = "milestone:MS-04", plus(80)
    reds = [Raised(key, RED, "red"), Raised(key, plus(79), "red"), Raised(key, due, "red")]
    states = {key: {plus(30): False, due: True}}

    value = precision(METRIC, DAY, reds, states, {}, deadlines={key: due})

    # The third was told on the day itself and foretold nothing.
    assert (value.numerator, value.denominator) == (2, 2)
