"""What a fetch leaves for every cell: late, empty, suspicious, wrong or fine."""

import datetime as dt

import pytest

from tasks.errors import NotReady, RateLimited, UnexpectedShape
from tasks.records import USED_UP, Fetch, Verdict
from tasks.sources.verdicts import outcomes
from tasks.sources.wechat_http.shapes import Parsed

DAYS = [dt.date(2026, 7, day) for day in (18, 19, 20)]
NOW = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)


@pytest.fixture
def judge(registry):
    def run(name, parsed, troubles=None, usual=None, days=DAYS, notes=()):
        fetch = Fetch([], troubles or {}, list(notes))
        found = outcomes(registry[name], "acct", days, fetch, parsed, usual, DAYS[-1], NOW)
        assert all(o.cell.account_id == "acct" and o.cell.endpoint == name for o in found)
        assert all(o.as_of == DAYS[-1] and o.fetched_at == NOW for o in found)
        return {o.cell.business_date: o for o in found}

    return run


def summary(*new, delayed=False, dates=DAYS, lost=0):
    rows = [
        {"business_date": day, "new_followers": n, "lost_followers": lost}
        for day, n in zip(dates, new, strict=True)
    ]
    return Parsed({"land_oa_user_summary": rows}, delayed=delayed)


def verdicts(found):
    return [found[day].verdict for day in sorted(found)]


def test_days_with_rows_are_ok_and_rows_are_counted_by_their_date(judge):
    found = judge("oa.user_summary", [summary(1, 2, 3), summary(4, dates=DAYS[:1])])
    assert verdicts(found) == [Verdict.ok] * 3
    assert [found[day].rows for day in DAYS] == [2, 1, 1]


def test_a_day_without_rows_is_empty_where_something_should_be(judge):
    found = judge("oa.user_summary", [summary(1, 2, dates=DAYS[:2])])
    assert verdicts(found) == [Verdict.ok, Verdict.ok, Verdict.empty]


def test_nothing_is_a_fact_where_the_registry_says_so(judge):
    found = judge("oa.article_read", [Parsed({"land_oa_article_read_day": []})])
    assert verdicts(found) == [Verdict.ok] * 3
    assert found[DAYS[0]].rows == 0


def test_zeros_after_a_busy_week_are_not_believed(judge):
    found = judge("oa.user_summary", [summary(5, 0, 0)], usual=70)
    assert verdicts(found) == [Verdict.ok, Verdict.suspect_zero, Verdict.suspect_zero]
    assert "75" in found[DAYS[1]].message, "the five of the day before count, too"


def test_a_week_inside_the_answer_tells_what_is_usual(judge):
    found = judge("oa.user_summary", [summary(5, 8, 0)], usual=None)
    assert verdicts(found) == [Verdict.ok, Verdict.ok, Verdict.suspect_zero]


def test_zeros_at_the_start_of_what_is_known_are_held_against_the_days_after(judge):
    found = judge("oa.user_summary", [summary(0, 0, 9)], usual=None)
    assert verdicts(found) == [Verdict.suspect_zero, Verdict.suspect_zero, Verdict.ok]


def test_a_day_of_losses_only_is_no_day_of_zeros(judge):
    found = judge("oa.user_summary", [summary(0, 0, 0, lost=2)], usual=70)
    assert verdicts(found) == [Verdict.ok] * 3


def test_a_gap_before_a_day_with_rows_is_a_day_on_which_nothing_happened(judge):
    found = judge("oa.user_summary", [summary(4, dates=DAYS[1:2])])
    assert verdicts(found) == [Verdict.ok, Verdict.ok, Verdict.empty]
    assert found[DAYS[0]].rows == 0
    found = judge(
        "oa.user_cumulate", [Parsed({"land_oa_user_cumulate": [{"business_date": DAYS[1], "followers": 9}]})]
    )
    assert verdicts(found) == [Verdict.empty, Verdict.ok, Verdict.empty]


@pytest.mark.parametrize("usual", [None, 0])
def test_zeros_after_a_quiet_or_unknown_week_are_believed(judge, usual):
    assert verdicts(judge("oa.user_summary", [summary(0, 0, 0)], usual=usual)) == [Verdict.ok] * 3


def test_provisional_figures_make_their_days_late(judge):
    found = judge(
        "oa.user_summary", [summary(1, 2, dates=DAYS[:2]), summary(3, delayed=True, dates=DAYS[2:])]
    )
    assert verdicts(found) == [Verdict.ok, Verdict.ok, Verdict.late]
    assert found[DAYS[2]].rows == 1


def test_troubles_become_late_or_error_with_code_and_words(judge):
    troubles = {
        DAYS[0]: NotReady("not computed", code="61503"),
        DAYS[1]: RateLimited("used up", code="45009", until_tomorrow=True),
        DAYS[2]: UnexpectedShape("body.list is 7"),
    }
    found = judge("oa.user_summary", [], troubles)
    assert verdicts(found) == [Verdict.late, Verdict.error, Verdict.error]
    assert [found[day].code for day in DAYS] == ["61503", USED_UP, "UnexpectedShape"]
    assert found[DAYS[1]].message == "used up"


def test_only_a_used_up_day_waits_for_tomorrow(judge):
    fast = RateLimited("too fast", code="45009")
    reserve = RateLimited("only the reserve is left", code="quota reserve", until_tomorrow=True)
    found = judge("oa.user_summary", [], {DAYS[0]: fast, DAYS[1]: reserve, DAYS[2]: reserve})
    assert [found[day].code for day in DAYS] == ["45009", USED_UP, USED_UP]
    [snapshot] = judge("oa.followers", [], {DAYS[2]: reserve}, days=DAYS[-1:]).values()
    assert snapshot.code == USED_UP


def test_notes_stand_at_the_last_day_asked_when_it_is_fine(judge):
    found = judge("oa.user_summary", [summary(1, 2, 3)], notes=["One.", "Two."])
    assert [(found[day].verdict, found[day].message) for day in DAYS] == [
        (Verdict.ok, ""),
        (Verdict.ok, ""),
        (Verdict.ok, "One. Two."),
    ]
    found = judge("oa.user_summary", [summary(1, 2, dates=DAYS[:2])], notes=["One."])
    assert "One." not in found[DAYS[2]].message
    pages = [Parsed({"land_oa_follower": []}, present={"land_oa_follower": ["a"]})]
    [snapshot] = judge("oa.followers", pages, days=DAYS[-1:], notes=["One."]).values()
    assert (snapshot.verdict, snapshot.message) == (Verdict.ok, "One.")


def test_a_failed_day_is_an_error_though_part_of_it_came(judge):
    found = judge("oa.user_summary", [summary(1, 2, 3)], {DAYS[2]: UnexpectedShape("odd")})
    assert found[DAYS[2]].verdict is Verdict.error
    assert found[DAYS[2]].rows == 1


def test_articles_are_counted_by_their_publish_date(judge):
    parsed = Parsed(
        {
            "land_oa_article_total": [{"publish_date": DAYS[0], "stat_date": DAYS[2]}],
            "land_oa_article_scene": [{"publish_date": DAYS[0], "stat_date": DAYS[2]}] * 2,
        }
    )
    found = judge("oa.article_total", [parsed])
    assert [found[day].rows for day in DAYS] == [3, 0, 0]
    assert verdicts(found) == [Verdict.ok] * 3


def test_a_snapshot_is_one_cell_that_counts_who_was_seen(judge):
    pages = [
        Parsed({"land_oa_follower": []}, present={"land_oa_follower": ["a", "b"]}),
        Parsed({"land_oa_follower": []}, present={"land_oa_follower": ["c"]}),
        Parsed({"land_oa_follower": [{"member_key": "c"}]}),
    ]
    found = judge("oa.followers", pages, days=DAYS[-1:])
    assert list(found) == [DAYS[-1]]
    assert found[DAYS[-1]].verdict is Verdict.ok
    assert found[DAYS[-1]].rows == 3


def test_a_snapshot_of_nobody_is_empty_and_a_failed_one_an_error(judge):
    assert verdicts(judge("wecom.customers", [], days=DAYS[-1:])) == [Verdict.empty]
    assert verdicts(judge("wecom.customers", [], {DAYS[-1]: UnexpectedShape("x")})) == [Verdict.error]
    assert verdicts(judge("oa.publications", [], days=DAYS[-1:])) == [Verdict.ok]
