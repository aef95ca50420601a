"""The index of all reports."""

import pytest

from tasks.errors import ConfigurationError
from tasks.reporting.index import TEMPLATES, Entry, index
from tests.tasks.reporting.sample_week import REPORTS
from tests.tasks.reporting.test_digest import seen

TEXTS = {name: (REPORTS / name).read_text(encoding="utf-8") for name in TEMPLATES}


def told(*names: str, language: str = "zh-CN") -> str:
    return index([entry for entry in map(Entry.of, names) if entry], "沐光美妆", language, TEXTS)


@pytest.mark.parametrize(
    "name",
    ["index.html", "digest.html", "digest-2026-02-30.html", "retrospective-2026-W60.html", "x-2026-07-26.html",
     "digest-2026-07-26.html.tmp", "../digest-2026-07-26.html"],
)  # fmt: skip
def test_a_file_that_is_no_report_is_not_listed(name):
    assert Entry.of(name) is None


def test_reports_are_listed_by_month_newest_first_and_the_week_before_the_day_it_ends_with():
    text = seen(
        told(
            "digest-2026-06-30.html",
            "digest-2026-07-26.html",
            "retrospective-2026-W30.html",
            "digest-2026-07-27.html",
        )
    )
    text = text.split("2026年7月 ", maxsplit=1)[1]
    order = ["7月27日 周一", "2026-W30 · 7月20日～7月26日", "7月26日 周日", "2026年6月 ", "6月30日 周二"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_views_of_a_week_stand_indented_below_it_and_never_at_the_top():
    page = told(
        "retrospective-2026-W30-vs-2026-W26.html",
        "retrospective-2026-W29.html",
        "retrospective-2026-W30-oa_main.html",
        "retrospective-2026-W30.html",
        "digest-2026-07-26.html",
    )
    head, listed = page.split("<section>")
    assert 'href="retrospective-2026-W30.html"' in head
    assert "oa_main" not in head
    order = ["W30 · 7月20日", "2026-W30 · oa_main", "2026-W30 · vs-2026-W26", "7月26日 周日", "W29 · "]
    places = [seen(listed).index(words) for words in order]
    assert places == sorted(places)
    assert '<a href="retrospective-2026-W30-oa_main.html" class="view">' in listed


def test_the_newest_of_each_kind_and_the_catalogue_stand_at_the_top():
    page = told(
        "retrospective-2026-W29.html",
        "catalogue.html",
        "retrospective-2026-W30.html",
        "digest-2026-07-26.html",
    )
    head = page.split("<section>")[0]
    assert 'href="retrospective-2026-W30.html"' in head
    assert "W29" not in head
    assert 'href="digest-2026-07-26.html"' in head
    assert "指标目录" in seen(head)


def test_a_week_belongs_to_the_month_it_ends_in():
    text = seen(told("retrospective-2026-W31.html"))
    assert "2026年8月" in text
    assert "2026年7月" not in text


def test_without_reports_it_says_so_and_english_readers_read_english():
    assert "还没有报告" in seen(told())
    assert "No report yet." in seen(told(language="en"))
    assert "Jul 2026 Daily digest Sunday 26 Jul" in seen(told("digest-2026-07-26.html", language="en"))


def test_a_missing_template_is_told():
    with pytest.raises(ConfigurationError, match=r"index\.css"):
        index([], "B", "en", {"index.html.j2": "", "house.css": ""})
