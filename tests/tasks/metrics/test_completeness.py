import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import Window
from tasks.metrics.completeness import Cells
from tasks.records import Account, Cell, CellShape, Endpoint, Metric, Outcome, SourceKind, Verdict
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 3, 10)
ONE = dt.timedelta(days=1)


def account(account_id: str, kind: SourceKind) -> Account:
    return Account(
        account_id=account_id, kind=kind, name=f"名{account_id}", app_id="x", secret="S", base_url="u"
    )


def endpoint(
    name: str, kind: SourceKind, shape: CellShape = CellShape.day, since: dt.date | None = None
) -> Endpoint:
    return Endpoint(
        name=name,
        kind=kind,
        path="/p",
        title=f"题{name}",
        shape=shape,
        ready=dt.time(8),
        history_start=since,
        datasets=("land_x",),
        page="p",
        read_on=DAY,
    )


OA, MP = SourceKind.official_account, SourceKind.mini_program
ENDPOINTS = {
    e.name: e
    for e in (
        endpoint("oa.day", OA),
        endpoint("oa.late_born", OA, since=DAY - 2 * ONE),
        endpoint("oa.list", OA, CellShape.snapshot),
        endpoint("mp.day", MP),
    )
}
ACCOUNTS = [account("a", OA), account("m", MP)]


def metric(*inputs: str, window_days: int = 1) -> Metric:
    return some_metric("x", unit="persons", window_days=window_days, strength="A", inputs=inputs)


def outcome(
    account_id: str,
    name: str,
    day: dt.date,
    verdict: Verdict = Verdict.ok,
    *,
    as_of: dt.date | None = None,
    hour: int = 1,
    code: str = "",
    message: str = "",
) -> Outcome:
    at = dt.datetime(2026, 3, 20, hour, tzinfo=dt.UTC)
    return Outcome(Cell(account_id, name, day), verdict, 1, as_of or day, at, code=code, message=message)


def cells(*outcomes: Outcome) -> Cells:
    return Cells(outcomes, ENDPOINTS, ACCOUNTS)


def days(account_id: str, name: str, first: int, last: int, verdict: Verdict = Verdict.ok) -> list[Outcome]:
    """Outcomes from ``first`` days before DAY to ``last`` days before it."""
    return [outcome(account_id, name, DAY - n * ONE, verdict) for n in range(first, last - 1, -1)]


def test_a_metric_is_complete_when_every_input_of_its_window_is_ok() -> None:
    found = cells(*days("a", "oa.day", 6, 0))

    assert found.of_metric(metric("oa.day", window_days=7), DAY) == 1


def test_only_ok_counts_as_received() -> None:
    bad = [
        outcome("a", "oa.day", DAY - n * ONE, verdict)
        for n, verdict in enumerate([Verdict.late, Verdict.empty, Verdict.suspect_zero, Verdict.error])
    ]

    assert cells(*bad, *days("a", "oa.day", 4, 4)).of_metric(metric("oa.day", window_days=5), DAY) == 1 / 5


def test_days_before_the_first_reading_are_missing_inside_a_metrics_window() -> None:
    assert cells(*days("a", "oa.day", 2, 0)).of_metric(metric("oa.day", window_days=4), DAY) == 3 / 4


def test_days_before_the_platforms_history_are_due_to_nobody() -> None:
    found = cells(*days("a", "oa.late_born", 2, 0))

    assert found.of_metric(metric("oa.late_born", window_days=28), DAY) == 1
    assert found.of_metric(metric("oa.late_born", window_days=2), DAY - 5 * ONE) is None


def test_a_day_asked_for_after_the_platform_let_go_of_it_is_due_to_nobody_but_missed_by_a_metric() -> None:
    kept = {"oa.day": endpoint("oa.day", OA).model_copy(update={"history_days": 12})}  # from March 8 on
    refused = [outcome("a", "oa.day", DAY - back * ONE, Verdict.error, code="40058") for back in (4, 3)]
    found = Cells([*refused, *days("a", "oa.day", 2, 0)], kept, [account("a", OA)])

    assert found.of_window(Window.ending(DAY, 30)) == (3, 3)
    assert found.of_metric(metric("oa.day", window_days=5), DAY) == 3 / 5
    still_there = outcome("a", "oa.day", DAY, Verdict.error, code="-1")
    assert Cells([*days("a", "oa.day", 2, 1), still_there], kept, [account("a", OA)]).of_window(
        Window.ending(DAY, 30)
    ) == (2, 3)


def test_an_account_without_the_inputs_platform_has_nothing_due() -> None:
    found = cells(*days("a", "oa.day", 0, 0), *days("m", "mp.day", 0, 0, Verdict.error))
    both = metric("oa.day", "mp.day")

    assert found.of_metric(both, DAY) == 1 / 2
    assert found.of_metric(both, DAY, "a") == 1
    assert found.of_metric(both, DAY, "m") == 0
    assert found.of_metric(both, DAY, "unknown") is None


def test_the_newest_answer_about_a_cell_decides_in_whatever_order_they_come() -> None:
    early = outcome("a", "oa.day", DAY, Verdict.late, hour=1)
    late = outcome("a", "oa.day", DAY, Verdict.ok, hour=2)

    assert cells(early, late).of_metric(metric("oa.day"), DAY) == 1
    assert cells(late, early).of_metric(metric("oa.day"), DAY) == 1


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (DAY - 9 * ONE, 1),  # before the first list: joining dates rebuild it
        (DAY - 3 * ONE, 1),
        (DAY - 2 * ONE, 0),  # the newest list failed
        (DAY - ONE, 0),
        (DAY, 1),
        (DAY + 9 * ONE, 1),
    ],
)
def test_the_newest_list_not_after_the_day_stands_for_a_snapshot(day: dt.date, share: float) -> None:
    lists = [
        # A list is asked for on the day after its target: the target (as_of) is what counts.
        outcome("a", "oa.list", DAY - 2 * ONE, as_of=DAY - 3 * ONE),
        outcome("a", "oa.list", DAY - ONE, Verdict.error, as_of=DAY - 2 * ONE),
        outcome("a", "oa.list", DAY + ONE, as_of=DAY),
    ]

    assert cells(*lists).of_metric(metric("oa.list"), day) == share


def test_a_list_that_was_never_read_is_missing() -> None:
    assert cells(*days("a", "oa.day", 0, 0)).of_metric(metric("oa.list"), DAY) == 0


def full_day(n: int = 0) -> list[Outcome]:
    return [
        out
        for account_id, name in [("a", "oa.day"), ("a", "oa.late_born"), ("a", "oa.list"), ("m", "mp.day")]
        for out in days(account_id, name, n, 0)
    ]


def test_a_day_counts_its_own_cells_and_thirty_days_count_theirs() -> None:
    # Three days of three endpoints and of the one whose history begins two days ago; one cell failed.
    found = cells(*full_day(2), outcome("m", "mp.day", DAY - ONE, Verdict.error, hour=5))

    trust = found.trust(DAY)

    assert (trust.due, trust.ok, trust.completeness) == (4, 4, 1)
    assert trust.completeness_30d == 11 / 12
    assert found.trust(DAY - ONE).completeness == 3 / 4


def test_days_before_an_endpoint_was_first_read_are_on_neither_side_of_a_day() -> None:
    found = cells(*days("a", "oa.day", 5, 0), *days("a", "oa.late_born", 2, 0), *days("a", "oa.list", 0, 0))

    assert found.of_window(Window.ending(DAY, 30), "a") == (10, 10)
    assert found.of_window(Window.of_day(DAY - ONE), "a") == (2, 2)


def test_an_endpoint_never_read_is_missing_since_its_account_was_first_read() -> None:
    found = cells(*days("a", "oa.day", 3, 0), *days("a", "oa.late_born", 2, 0))

    assert found.of_window(Window.ending(DAY, 30), "a") == (7, 11)  # four days of the list


def test_an_account_never_read_is_missing_on_the_day_asked_about_alone() -> None:
    found = cells(*days("a", "oa.day", 3, 0), *days("a", "oa.late_born", 2, 0), *days("a", "oa.list", 3, 0))

    assert found.of_window(Window.ending(DAY, 30)) == (11, 12)
    assert found.trust(DAY).failed == ("名m · 题mp.day: 从未读取，请为当日运行数据拉取",)


def test_a_report_does_not_miss_what_the_platform_had_no_history_of() -> None:
    found = cells(*days("a", "oa.day", 5, 0), *days("a", "oa.list", 5, 0), *days("m", "mp.day", 5, 0))

    assert found.trust(DAY - 4 * ONE).failed == ()
    assert [name.split(":")[0] for name in found.trust(DAY).failed] == ["名a · 题oa.late_born"]


def test_a_report_says_what_is_late_doubtful_and_failed() -> None:
    found = cells(
        outcome("a", "oa.day", DAY, Verdict.late),
        outcome("a", "oa.late_born", DAY, Verdict.suspect_zero),
        outcome("a", "oa.list", DAY, Verdict.empty),
        outcome("m", "mp.day", DAY, Verdict.error, message="IP 不在白名单，请添加"),
    )

    trust = found.trust(DAY, warnings=["w"])

    assert trust.late == ("名a · 题oa.day",)
    assert trust.doubtful == ("名a · 题oa.list: 没有数据", "名a · 题oa.late_born: 全为 0，而相邻 7 天不是")
    assert trust.failed == ("名m · 题mp.day: IP 不在白名单，请添加",)
    assert trust.warnings == ("w",)
    assert (trust.ok, trust.due) == (0, 4)
    assert found.trust(DAY, language="en").late == ("名a · oa.day",)


def test_a_chinese_report_says_in_chinese_what_failed_and_what_to_do() -> None:
    said = (
        "POST /cgi-bin/stable_token of m: the platform answered 40164 (invalid ip 1.2.3.4). "
        "Allow the IP 1.2.3.4 in 小程序后台 → 管理 → 开发管理 → 开发设置 → IP白名单; it takes 5-10 min to work"
    )
    found = cells(
        outcome(
            "a", "oa.day", DAY, Verdict.late, code="is_delay", message="the platform calls them provisional"
        ),
        outcome("m", "mp.day", DAY, Verdict.error, code="40164", message=said),
    )

    trust = found.trust(DAY)

    assert trust.late == ("名a · 题oa.day: 暂定数据",)
    (failed,) = [text for text in trust.failed if text.startswith("名m")]
    assert failed.startswith("名m · 题mp.day: 失败（40164）：把 IP 1.2.3.4 加入白名单（小程序后台 →")
    (failed,) = [text for text in found.trust(DAY, language="en").failed if text.startswith("名m")]
    assert failed == f"名m · mp.day: {said}"


def test_a_fine_cell_with_a_note_is_a_warning_after_those_of_the_checks() -> None:
    note = "2 staff left out (60011: zhang, li). Add them."
    found = cells(
        outcome("a", "oa.day", DAY, message=note),
        outcome("m", "mp.day", DAY - ONE, message="of another day"),
        outcome("m", "mp.day", DAY),
    )

    assert found.trust(DAY, warnings=["w"], language="en").warnings == ("w", f"名a · oa.day: {note}")
    ((_, told),) = [found.trust(DAY, warnings=["w"]).warnings]
    assert told.startswith("名a · 题oa.day: 2 名员工未计入（60011: zhang, li）：")


def test_a_day_read_again_on_behalf_of_a_later_one_is_a_revision() -> None:
    again = [outcome("a", "oa.day", DAY - n * ONE, as_of=DAY) for n in range(3)]

    assert cells(*again).trust(DAY).revised_days == 2
    assert cells(*again).trust(DAY - ONE).revised_days == 0


def test_nothing_read_at_all_is_zero_of_what_is_due() -> None:
    trust = cells().trust(DAY)

    assert (trust.ok, trust.due, trust.completeness) == (0, 4, 0)
    assert len(trust.failed) == 4


def test_no_accounts_means_nothing_is_due() -> None:
    trust = Cells([], ENDPOINTS, []).trust(DAY)

    assert (trust.due, trust.completeness, trust.completeness_30d) == (0, None, None)


def test_completeness_is_published_with_both_parts_for_brand_and_accounts() -> None:
    found = cells(*full_day(1), outcome("m", "mp.day", DAY, Verdict.error, hour=5))
    metrics = {"x": metric(), "y": metric(window_days=30).model_copy(update={"metric_id": "y"})}

    values = {(v.metric_id, v.account_id): v for v in found.values(metrics, Window.of_day(DAY))}

    assert (values["x", "*"].numerator, values["x", "*"].denominator, values["x", "*"].value) == (3, 4, 0.75)
    assert (values["x", "m"].value, values["x", "m"].status) == (0, "ok")
    assert values["x", "a"].value == 1
    assert values["y", "m"].value == 1 / 2


def test_completeness_before_anything_was_due_is_null_with_a_reason() -> None:
    (brand, *_) = cells(*full_day()).values({"x": metric()}, Window.of_day(DAY - 9 * ONE), "en")

    assert (brand.value, brand.status, brand.note) == (None, "grey", "nothing was due")


VERDICTS = st.dictionaries(st.integers(0, 40), st.sampled_from(Verdict), max_size=30)


@given(VERDICTS, VERDICTS, st.integers(1, 35), st.integers(-5, 45))
def test_counting_by_subtraction_equals_counting_one_by_one(
    oa: dict[int, Verdict], mp: dict[int, Verdict], window_days: int, back: int
) -> None:
    def made(account_id: str, name: str, verdicts: dict[int, Verdict]) -> Iterable[Outcome]:
        return [outcome(account_id, name, DAY - n * ONE, verdict) for n, verdict in verdicts.items()]

    day = DAY - back * ONE
    found = cells(*made("a", "oa.day", oa), *made("m", "mp.day", mp))

    ok = sum(v.get(back + n) == Verdict.ok for v in (oa, mp) for n in range(window_days))
    assert found.of_metric(metric("oa.day", "mp.day", window_days=window_days), day) == ok / (2 * window_days)
    got, due = found.of_window(Window.ending(day, window_days))
    assert 0 <= got <= due


def test_figures_that_are_not_due_yet_are_on_neither_side() -> None:
    known = [
        Outcome(Cell("a", "oa.day", day), Verdict.ok, 1, day, dt.datetime(2026, 3, 11, tzinfo=dt.UTC))
        for day in (DAY - 2 * ONE, DAY - ONE)
    ]
    registry = {"oa.day": ENDPOINTS["oa.day"]}
    before_eight = dt.datetime(2026, 3, 10, 23, 59, tzinfo=dt.UTC)  # 07:59 of the next day in Shanghai
    early = Cells(known, registry, ACCOUNTS[:1], before_eight)
    assert early.of_window(Window(DAY - 2 * ONE, DAY + ONE)) == (2, 2)
    assert early.trust(DAY).due == 0
    assert not early.trust(DAY).failed
    late = Cells(known, registry, ACCOUNTS[:1], before_eight + dt.timedelta(minutes=2))
    assert late.of_window(Window(DAY - 2 * ONE, DAY + ONE)) == (2, 3)
    assert len(late.trust(DAY).failed) == 1
