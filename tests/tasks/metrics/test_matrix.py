import datetime as dt

from tasks.calendars import Period, Window
from tasks.metrics.completeness import Cells
from tasks.metrics.matrix import legend, matrix
from tasks.records import Account, Cell, Endpoint, Outcome, SourceKind, Verdict

SUNDAY = dt.date(2026, 3, 8)
ONE = dt.timedelta(days=1)
OA = SourceKind.official_account
FETCHED = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)


def endpoint(name: str, every: Period = Period.day) -> Endpoint:
    return Endpoint(
        name=name,
        kind=OA,
        path="/p",
        title=f"题{name}",
        every=every,
        ready=dt.time(8),
        page="p",
        read_on=SUNDAY,
    )


def account(*skip: str) -> Account:
    return Account(account_id="a", kind=OA, name="号", app_id="x", secret="S", base_url="u", skip=skip)


def left(name: str, day: dt.date, verdict: Verdict) -> Outcome:
    return Outcome(Cell("a", name, day), verdict, 1, day, FETCHED)


def cells(*outcomes: Outcome, skip: tuple[str, ...] = ()) -> Cells:
    known = {e.name: e for e in (endpoint("daily"), endpoint("weekly", Period.week), endpoint("other"))}
    return Cells(outcomes, known, [account(*skip)])


THREE_DAYS = [
    left("daily", SUNDAY - ONE, Verdict.late),
    left("daily", SUNDAY, Verdict.ok),
    left("weekly", SUNDAY, Verdict.ok),
    left("other", SUNDAY, Verdict.suspect_zero),
]


def test_the_matrix_has_a_row_a_source_with_the_worst_first_and_the_newest_day_leftmost() -> None:
    rows = matrix(cells(*THREE_DAYS), Window.ending(SUNDAY, 2))

    assert rows == [
        {"来源": "号 · 题other", "近 30 天": "0.0%", "03-08": "?", "03-07": ""},
        {"来源": "号 · 题daily", "近 30 天": "50.0%", "03-08": "✔", "03-07": "◔"},
        {"来源": "号 · 题weekly", "近 30 天": "100.0%", "03-08": "✔", "03-07": ""},
    ]


def test_a_weekly_source_is_due_on_sundays_only() -> None:
    monday = cells(*THREE_DAYS).sources(Window.ending(SUNDAY + ONE, 3))

    assert [sorted(s.verdicts) for s in monday if "weekly" in s.name] == [[SUNDAY]]
    assert cells(*THREE_DAYS).of_window(Window.ending(SUNDAY, 7)) == (2, 4)


def test_a_due_cell_that_nobody_asked_for_has_a_mark_of_its_own() -> None:
    rows = matrix(cells(*THREE_DAYS), Window.of_day(SUNDAY + ONE), "en")

    assert {row["Source"]: row["03-09"] for row in rows} == {
        "号 · daily": "—",
        "号 · other": "—",
        "号 · weekly": "",
    }
    assert "—never read" in legend("en")


def test_an_endpoint_that_the_account_skips_is_neither_shown_nor_missed() -> None:
    known = cells(*THREE_DAYS, skip=("other",))

    assert not any("other" in row["来源"] for row in matrix(known, Window.of_day(SUNDAY)))
    assert known.of_window(Window.of_day(SUNDAY)) == (2, 2)


def test_the_trust_line_names_the_sources_furthest_below_the_bar() -> None:
    assert cells(*THREE_DAYS).trust(SUNDAY).worst == (("号 · 题other", 0.0), ("号 · 题daily", 0.5))
