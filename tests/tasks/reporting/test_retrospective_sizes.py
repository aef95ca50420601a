"""Whatever people write and however much of it: the week's report stays valid, escaped and within every limit."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.records import Action, ActionKind, Level, Send, Topic
from tasks.reporting.retrospective.render import MAIL_BYTES
from tests.tasks.reporting.sample_week import ITEMS, LAST, MEETING, SENDS, UTC, VERDICTS, WEEK, tell
from tests.tasks.reporting.test_digest import Reader, seen

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "| a | b |",
    "👩‍👩‍👧‍👦🔥" * 20,
    "مرحبا بالعالم \u202e كلمة",
    "字" * 3_000,
    "{{ 7 * 7 }} {% raw %}",
    "]]>--><!--",
    "",
)
TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=300))


def crowd(count: int, text: str = "一个长长的标题：怎样在夏天护理敏感肌肤，以及三个误区"):
    """A week with that many of everything, all of it called ``text``."""
    items = tuple(
        replace(
            ITEMS[n % len(ITEMS)],
            item_id=f"X{n}",
            title=f"{text}{n if count > 1 else ''}",
            labels={"template": text, "author": text, "matrix_type": text, "pyramid_layer": text},
        )
        for n in range(count)
    )
    verdicts = tuple(replace(VERDICTS[n % len(VERDICTS)], member=f"{text}{n}") for n in range(count))
    action = Action(
        "T", text, LAST, "red", ActionKind.other, text, text, text, dt.datetime(2026, 7, 1, tzinfo=UTC), LAST
    )
    alerts = tuple(
        replace(MEETING.alerts[n % 2], metric_id=f"{text}{n}", action=text, owner=text, reason=text)
        for n in range(count)
    )
    return replace(
        WEEK,
        items=items,
        verdicts=verdicts,
        sends=tuple(Send(text, SENDS[0].sent_at, text, True, 9, 40.0, 1.0) for _ in range(count)),
        topics=tuple(Topic(text, "search", 3, None, text) for _ in range(count)),
        meeting=replace(MEETING, overdue=(action,) * count, planned=items, alerts=alerts),
        doubts=(text,) * count,
        trust=replace(WEEK.trust, failed=(text,) * count),
        accounts={"oa_a": text},
    )


@pytest.mark.parametrize("count", [0, 1, 50, 500])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_mail_stays_below_what_clients_cut_at_however_much_there_is(language, count):
    told = tell(language, week=crowd(count))
    assert len(told.mail.encode()) <= MAIL_BYTES
    assert ("Kill" if language == "en" else "停止") in seen(told.mail) or not count


def test_a_mail_that_is_shortened_still_holds_the_verdict_the_stops_the_reds_and_the_way_to_the_page():
    told = tell(week=crowd(500, "字" * 3_000))
    text = seen(told.mail)
    assert "停止 168 项，保留 83 项，再测 249 项" in text
    assert "每篇少 108 次互动" in text
    assert "计划指标的红与橙" in text
    assert "打开完整复盘" in text
    assert len(told.mail.encode()) <= MAIL_BYTES


def test_a_full_week_of_usual_length_is_not_shortened_to_the_bone():
    text = seen(tell(week=crowd(60)).mail)
    assert "内容明细" in text
    assert re.search(r"另有 5\d 篇，见完整页面", text)
    assert "周会材料" in text


def test_the_text_beside_the_mail_and_the_chat_lines_stay_readable_whatever_titles_are_like():
    told = tell(week=crowd(500, "字" * 3_000))
    assert len(told.message.plain.encode()) < 400_000
    assert max(len(line.text) for block in told.message.blocks for line in block.lines) <= 160
    assert "另有 460 项，见完整页面" in told.message.plain


def test_five_hundred_items_are_all_on_the_page():
    told = tell(week=crowd(500))
    assert told.page.count('<span class="title">') == 500


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_people_write_becomes_markup(text):
    told = tell(week=crowd(2, text))
    for form in (told.page, told.mail):
        tags = Reader(form).tags
        assert not {"script", "img"} & set(tags)
        assert " ".join(text.split())[:20] in seen(form), "told as it was written"
    rows = [line for line in told.markdown.splitlines() if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} <= {7}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXT, count=st.integers(0, 12), language=st.sampled_from(["zh-CN", "en"]))
def test_any_text_gives_whole_pages_within_the_limits(text, count, language):
    told = tell(language, week=crowd(count, text))
    assert len(told.mail.encode()) <= MAIL_BYTES
    for form in (told.page, told.mail):
        reader = Reader(form)
        assert not {"script", "img", "iframe", "object"} & set(reader.tags)
        assert form.rstrip().endswith("</html>")
    assert told.message.verdict.tone in Level
    assert len(told.verdict) < 600, "a verdict is a sentence"
