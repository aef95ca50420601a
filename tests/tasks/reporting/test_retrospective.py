"""The weekly content retrospective, read as a person reads it."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from tasks.errors import ConfigurationError
from tasks.records import Aged, ContentVerdict, DecisionOutcome, Level, MixShare, Pulse, Slot, Step, Trust
from tasks.reporting import figures
from tasks.reporting.retrospective import report
from tasks.reporting.retrospective.words_en import EN, NOTES
from tasks.reporting.retrospective.words_zh import NOTES as NOTES_ZH
from tasks.reporting.retrospective.words_zh import ZH
from tests.tasks.reporting.sample_week import (
    EMPTY,
    FUNNEL,
    ITEMS,
    LINK,
    MEETING,
    METRICS,
    MIXES,
    SENDS,
    TEXTS,
    TOPICS,
    VERDICTS,
    WEEK,
    tell,
)
from tests.tasks.reporting.test_digest import Reader, seen


def section(page: str, key: str) -> str:
    """What is seen of one section of the page."""
    return seen(page.split(f'<section id="{key}"')[1].split("</section>", maxsplit=1)[0])


def test_the_verdict_says_what_to_stop_and_repeat_where_it_broke_what_is_off_and_what_it_cost():
    assert tell().verdict == (
        "停止 2 项，保留 1 项，再测 3 项；停止「好物清单」、「午后」；保留「晒图精选」；"
        "漏斗断在「下单」：4 %，常态 6.6 %，约少 31 单、¥6,721；内容矩阵「场景化」占 40 %，计划 25 % ± 5；"
        "群发「周末闪购」多掉了 37 人；计划指标 1 红"
    )
    assert tell("en").verdict == (
        "Kill 2, keep 1, test 3 more. Kill “好物清单”, “午后”. Keep “晒图精选”. "
        "The funnel broke at “ordered”: 4 %, usually 6.6 %, about 31 orders and ¥6,721 short. "
        "Content matrix: “scenario” is 40 %, planned 25 % ± 5. The message “周末闪购” cost 37 members. "
        "KPIs of the plan at red: 1"
    )


def test_every_form_tells_the_stops_the_repeat_the_break_and_the_red_kpi():
    told = tell()
    for form in (seen(told.page), seen(told.mail), told.text, told.markdown):
        for words in (
            "好物清单",
            "每篇少 108 次互动",
            "晒图精选",
            "每篇多 112 次互动",
            "−¥6,721",
            "忠诚用户",
        ):
            assert words in form


def test_the_page_reads_from_the_verdict_down_to_the_definitions():
    order = [
        "calls",
        "lifts",
        "mix",
        "funnel",
        "changes",
        "items",
        "slots",
        "pulse",
        "topics",
        "meeting",
        "labels",
    ]
    assert re.findall(r'<section id="(\w+)"', tell().page) == [*order, "trust"]


def test_a_quiet_week_says_that_there_is_nothing_to_stop():
    quiet = [v for v in VERDICTS if v.call == "test"]
    told = tell(verdicts=quiet, funnel=(), mixes=(), sends=(), meeting=EMPTY.meeting)
    assert told.verdict == "这周没有该停、该保留的；3 项再测"
    assert told.message.verdict.tone is Level.green
    assert "没有该停的" in section(told.page, "calls")


def test_a_week_of_which_nothing_is_known_is_grey_and_says_what_to_do():
    told = tell(week=EMPTY)
    assert told.message.verdict.tone is Level.grey
    text = seen(told.page)
    for words in (
        "这周还没有可以下结论的内容",
        "这一周没有发布内容",
        "导入群发记录或接入企业微信",
        "7月26日 没有应到的数据",
    ):
        assert words in text
    assert "绿" not in text


def test_a_week_in_which_nothing_can_be_decided_is_grey_not_green():
    """Every part is there, as on a new installation, and none of them is known."""
    few = [v for v in VERDICTS if v.reason == "few_posts"]
    unknown = {
        "mixes": tuple(replace(m, items=0, total=0, share=None, level=Level.grey) for m in MIXES),
        "funnel": tuple(replace(s, level=Level.grey, usual=None, lost_orders=None) for s in FUNNEL),
        "verdicts": (), "sends": (), "meeting": EMPTY.meeting,
    }  # fmt: skip
    told = tell(**unknown)
    assert told.message.verdict.tone is Level.grey
    assert told.verdict == "这周还没有可以下结论的内容"
    assert tell(**{**unknown, "verdicts": few}).message.verdict.tone is Level.grey, "never compared"
    for known in (
        {"mixes": MIXES[:1]},
        {"funnel": FUNNEL[1:2]},
        {"verdicts": [v for v in VERDICTS if v.reason == "unclear"]},
    ):
        assert tell(**{**unknown, **known}).message.verdict.tone is Level.green, known
    reds = replace(EMPTY.meeting, alerts=MEETING.alerts, judged=2)
    assert tell(**{**unknown, "meeting": reds}).message.verdict.tone is Level.red


def test_a_plan_of_which_no_kpi_was_judged_is_not_fine():
    young = replace(EMPTY.meeting, judged=0)
    text = seen(tell(meeting=young).page)
    assert "计划指标 灰 无法判断 7月26日 没有一项计划指标有结论：数据不全" in text
    assert "no KPI of the plan had a level" in seen(tell("en", meeting=young).page)
    fine = seen(tell(meeting=replace(young, judged=12)).page)
    assert "计划指标 绿 没有红橙 7月26日 有结论的 12 项计划指标里没有红色和橙色" in fine


def test_a_call_shows_rate_interval_baseline_effect_size_and_reason():
    text = section(tell().page, "calls")
    for words in (
        "3.1 %",
        "2.4 %～3.8 %",
        "5.2 %",
        "每篇少 108 次互动",
        "明显低于基线",
        "8 篇 · 41,200 阅读人数",
    ):
        assert words in text


def test_what_is_tested_on_says_how_many_more_sends_it_needs_or_that_more_will_hardly_tell():
    rows = {row["对象"]: row["还需"] for row in tell().table}
    assert rows["场景 通勤"] == "14 篇"
    assert rows["作者 周子墨"] == "1 篇"
    assert rows["内容类型 垂直知识"] == "再发也难分出"
    assert {rows["模板 好物清单"], rows["发布时段 午后"], rows["模板 晒图精选"]} == {""}, (
        "what is decided needs none"
    )
    assert "还需 再发也难分出" not in seen(tell().mail)


@pytest.mark.parametrize(
    ("metric_id", "zh", "en"),
    [
        ("share_rate", "每篇少 5.2 人分享", "5.2 fewer sharers a post"),
        ("open_rate", "每篇少 5.2 人打开", "5.2 fewer openers a post"),
    ],
)
def test_an_effect_is_told_in_persons_of_the_rate_that_decided(metric_id, zh, en):
    one = ContentVerdict(
        "oa_a", "template", "T", metric_id, "kill", "below", 8, 9_000, 0.01, 0.008, 0.012, 0.02, -5.2
    )
    assert zh in tell(verdicts=(one,)).text
    assert en in tell("en", verdicts=(one,)).text


def test_the_break_is_the_dearest_step_of_a_whole_account_and_none_when_all_are_usual():
    worse = Step("read", "oa_a", "", 1.0, 0.05, 0.09, None, Level.orange, 50.0, 9_000.0)
    assert "漏斗断在「打开阅读」" in tell(funnel=(*FUNNEL, worse)).verdict
    calm = [replace(step, level=Level.green) for step in FUNNEL]
    assert "漏斗断在" not in tell(funnel=calm).verdict
    assert "没有断点" in seen(tell(funnel=calm).page)


def test_a_funnel_without_history_is_not_called_fine():
    young = [replace(step, level=Level.grey, usual=None) for step in FUNNEL]
    text = seen(tell(funnel=young).page)
    assert "没有断点" not in text
    assert "常态要至少 4 周" in text


def test_a_funnel_with_missing_days_is_not_called_fine():
    partial = [replace(step, level=Level.grey, unknown_days=2) for step in FUNNEL]
    text = seen(tell(funnel=partial).page)
    assert "没有断点" not in text
    assert "本周有几天缺小程序数据" in text


def test_a_funnel_of_several_accounts_says_whose_step_broke():
    other = [replace(step, account_id="ch_a", level=Level.green) for step in FUNNEL]
    assert "（沐光美妆服务号）" in tell(funnel=(*FUNNEL, *other)).verdict


def test_the_worst_level_of_the_mix_wins_over_a_larger_distance():
    near = MixShare("pyramid", "brand_values", 1, 40, 0.1, 0.2, 0.02, Level.red)
    assert "内容金字塔「品牌价值」占 10 %，计划 20 % ± 2" in tell(mixes=(*MIXES, near)).verdict


def test_a_mix_that_nobody_can_judge_is_grey_with_the_reason():
    grey = [replace(part, level=Level.grey) for part in MIXES]
    told = tell(mixes=grey)
    assert "占 40 %，计划" not in told.verdict
    assert "未标注超过 5 %，或篇数不足 20" in section(told.page, "mix")


def test_ages_not_reached_carry_a_word_and_no_figure():
    rows = seen(tell().page.split("周末快闪：到店即送小样")[1].split("</tr>")[0])
    assert rows.split("待补标签")[1].split() == ["未到"] * 4 + ["—"] * 9


def test_the_other_figures_of_an_item_name_the_day_they_are_of():
    row = seen(tell().page.split("成分课：烟酰胺到底该用几个点")[1].split("</tr>")[0])
    assert "1,400 1,900 未到 第 3 天 52,000" in row


def test_the_curves_compare_articles_of_one_age_only():
    page = tell().page
    assert "最高「晒出你的梳妆台，赢一年份护肤」：读到最后的比例 75 %" in seen(page)
    assert "最低「夏天第一支防晒怎么选：三种肤质的清单」：读到最后的比例 42 %" in seen(page)
    young = [replace(item, ages=(item.ages[0], Aged(3, False), Aged(7, False))) for item in ITEMS]
    assert '<svg class="dropoff"' in tell(items=young).page, "at day 1 there are three to compare"
    assert '<svg class="dropoff"' not in tell(items=young[:1]).page


def test_an_article_that_hardly_anybody_read_is_neither_the_highest_nor_the_lowest():
    few = replace(ITEMS[1].ages[2], readers=99, finish_share=1.0)
    items = (ITEMS[0], replace(ITEMS[1], ages=(few,)), replace(ITEMS[2], ages=(replace(few, readers=100),)))
    text = seen(tell(items=items).page)
    assert "最高「成分课：烟酰胺到底该用几个点」：读到最后的比例 100 %" in text
    assert "「晒出你的梳妆台，赢一年份护肤」：读到最后的比例" not in text


def test_an_item_carries_its_drop_off_and_its_other_labels():
    told = tell(
        items=(replace(ITEMS[0], labels={**ITEMS[0].labels, "format": "长图文", "campaign": "夏季"}),)
    ).page
    row = told.split("夏天第一支防晒怎么选：三种肤质的清单</a>")[1].split("</tr>")[0]
    # Of 18, 12, 10 and 8 % who left in the first four fifths.
    assert 'aria-label="读到每一段时还剩 100 %、82 %、70 %、60 %、52 %"' in row
    assert "其他标签 4 金字塔层级：品牌价值 形式：长图文 是否原创：原创 所属活动：夏季" in seen(row)


def test_changes_name_their_day_and_who_is_left_out_on_page_mail_and_message():
    told = tell()
    for form in (seen(told.page), seen(told.mail), told.message.plain):
        assert "按第 3 天的数比" in form
        assert "1 篇还没有第 3 天的数，未计入" in form
    assert "未计入" not in seen(tell(left_out=0).page)


def test_the_plans_kpis_of_production_stand_beside_what_they_plan():
    text = section(tell().page, "mix")
    for words in ("36 篇有记录；计划 7 天 · 黄", "原创内容篇数 52 计划 50 · 绿", "社群话题数 3 计划 4 · 橙",
                  "不同的类型×模板×场景组合 14"):  # fmt: skip
        assert words in text
    assert "计划 7 天" not in section(tell(made=()).page, "mix")


def test_the_check_for_sameness_says_that_it_found_nothing_or_why_it_could_not_look():
    assert "已检查前三个整月" in section(tell(sameness=()).page, "mix")
    assert "粉丝净增率不全，无法检查" in seen(tell(sameness=(), is_growth_known=False).mail)
    assert "已检查前三个整月" not in seen(tell().page)


def test_a_time_with_few_posts_does_not_set_the_colours():
    busy = (Slot(1, 20, 3, 1_000, 100, 100), Slot(2, 20, 3, 1_000, 200, 200))
    page = tell(slots=(*busy, Slot(3, 20, 1, 1_000, 900, 900))).page
    cells = re.findall(r'<td class="(s\d[^"]*)">', page)
    assert cells[:3] == ["s1", "s5", "s1 few"]


def test_a_title_leads_to_the_web_and_nowhere_else():
    page = tell().page
    assert 'href="https://mp.weixin.qq.com/s/1"' in page
    assert "javascript:" not in page


def test_orders_visits_and_the_step_that_are_credited_say_so():
    text = section(tell().page, "funnel")
    assert "下单 近似值" in text
    assert "打开阅读 近似值" not in text


def test_visitors_per_opening_carry_no_level():
    text = section(tell().page, "funnel")
    assert "访客（每次进入的访客） 近似值 1,180 84 % 85 % — —" in text
    young = [replace(step, usual=None) for step in FUNNEL]
    assert "访客（每次进入的访客） 近似值 1,180 84 % — — 灰 —" in section(tell(funnel=young).page, "funnel")


def test_a_step_that_lacks_days_is_grey_and_says_which_data_are_missing():
    told = tell(
        funnel=[
            replace(step, level=Level.grey, lost_orders=None, lost_cny=None, unknown_days=2)
            if step.name in ("mp_click", "order")
            else step
            for step in FUNNEL
        ]
    )
    text = section(told.page, "funnel")
    assert "点进小程序 近似值 缺 2 天小程序访问来源的次数 1,404 6 % 6.1 % 9 % 灰 —" in text
    assert "下单 近似值 缺 2 天小程序访问来源的人数 47 4 % 6.6 % — 灰 —" in text
    assert "灰 点进小程序 缺 2 天小程序访问来源的次数 1,404" in seen(told.mail)
    assert "点进小程序（缺 2 天小程序访问来源的次数）：1,404" in told.message.plain
    assert "漏斗断在" not in told.verdict


def test_an_item_whose_newest_age_nobody_told_shows_the_age_before():
    some = replace(ITEMS[0], ages=(*ITEMS[0].ages[:2], Aged(7, True)))
    assert "3,900 5,200 — 第 3 天 52,000 8 % 5 % 3 % 42 %" in section(tell(items=(some,)).page, "items")
    none = replace(ITEMS[0], ages=(Aged(1, True), Aged(3, True), Aged(7, False)))
    assert "— — 未到 第 3 天 — —" in section(tell(items=(none,)).page, "items")


def test_a_week_of_some_accounts_says_what_is_of_all():
    told = tell(chosen=("oa_a",))
    for form in (told.page, told.mail, told.markdown):
        assert "只看沐光美妆服务号；社群、群发、评论与选题、同质化、会议为全部账号" in seen(form)
    assert "没写账号的排期照列" in seen(told.page)
    assert "are of all accounts" in seen(tell("en", chosen=("oa_a",)).page)
    assert "全部账号" not in tell().page


def test_what_changed_is_split_into_mix_and_own_and_the_only_account_is_not_told_twice():
    text = section(tell().page, "changes")
    assert "互动率 5.2 % → 4.62 % −0.58 个百分点" in text
    assert "好物清单 模板 −0.6 −0.11 −0.49" in text
    assert "沐光美妆服务号" not in text


def test_the_best_time_with_enough_posts_comes_first_and_few_posts_come_last_with_a_word():
    text = section(tell().page, "slots").split("发送时段表")[1]
    times = ["周一 20:00", "周四 20:00", "周二 12:00", "周日 21:00", "周六 10:00 篇数少"]
    places = [text.index(time) for time in times]
    assert places == sorted(places)


def test_a_time_without_a_known_open_rate_is_not_zero():
    text = section(tell(slots=(Slot(7, 21, 4, 0, 0, 9_000),)).page, "slots")
    assert "0 %" not in text
    assert "2,250" in text


def test_sends_tell_members_lost_beyond_the_usual_and_never_a_gain():
    text = section(tell().page, "pulse")
    assert "周末闪购 7月23日 20:30 · 沐光企业微信 是 62 45 8 37 人" in text
    assert "护肤打卡 7月21日 10:00 · 沐光企业微信 否 62 7 8 0 人" in text
    assert "未命名的群发" in text


def test_a_week_whose_messages_cost_nothing_says_so_and_one_without_messages_is_grey():
    assert "没有一条群发后的退群超过平常" in seen(tell(sends=SENDS[1:2]).page)
    assert "本周没有群发记录" in seen(tell(sends=()).page)
    assert "多掉了" not in tell(sends=SENDS[1:2]).verdict


def test_the_meeting_holds_decisions_outcomes_overdue_actions_and_the_calendar():
    text = section(tell().page, "meeting")
    for words in (
        "红 忠诚用户", "橙 打开率", "待定 好物清单改为每周一篇", "对了 停发午后的推送", "依据：retrospective:2026-W29",
        "陈一鸣，7月23日前，已逾期 3 天", "周二 7月28日 七夕礼盒：写给自己的一封信",
    ):  # fmt: skip
        assert words in text
    assert text.index("忠诚用户") < text.index("打开率")


def test_actions_not_due_yet_are_only_counted():
    waiting = replace(MEETING.overdue[0], due_date=dt.date(2026, 8, 3))
    text = section(tell(meeting=replace(MEETING, overdue=(), open=(waiting, waiting))).page, "meeting")
    assert "另有 2 项行动未到期" in text
    assert "已逾期" not in text


def test_an_action_not_due_yet_is_no_overdue_one():
    waiting = replace(MEETING.overdue[0], due_date=dt.date(2026, 8, 3))
    told = tell(meeting=replace(MEETING, overdue=(), open=(waiting,)))
    for face in (section(told.page, "meeting"), seen(told.mail)):
        assert "逾期未办 没有逾期的行动。 另有 1 项行动未到期" in face
    assert "没有逾期的行动。\n- 另有 1 项行动未到期" in told.text
    both = section(tell(meeting=replace(MEETING, open=(waiting,))).page, "meeting")
    assert "逾期未办 1 把两名编辑" in both


def test_last_weeks_decisions_come_with_what_became_of_them_before_this_weeks():
    wrong = replace(
        MEETING.decided[0],
        title="加发早间推送",
        decided_on=dt.date(2026, 7, 14),
        outcome=DecisionOutcome.wrong,
    )
    told = tell(meeting=replace(MEETING, decided_before=(wrong,)))
    for face in (section(told.page, "meeting"), seen(told.mail)):
        assert "错了 加发早间推送" in face
        assert (
            face.index("上周的决策与结果") < face.index("加发早间推送")
            < face.index("本周的决策") < face.index("停发午后的推送")
        )  # fmt: skip
    assert "加发早间推送" in told.text


def test_exits_of_all_groups_and_sends_told_together_say_so():
    first = replace(
        SENDS[0], account_id="files", is_account_level=True, is_usual_of_all_days=True, others=2,
        other_topics=("护肤打卡",),
    )  # fmt: skip
    told = tell(sends=(first,))
    note = "全部群 · 同日另有 2 条（护肤打卡），退群合在一起"
    assert f"周末闪购 7月23日 20:30 · 全部社群 · {note}" in section(told.page, "pulse")
    assert note in seen(told.mail)
    assert f"周末闪购（{note}）：37 人" in told.message.plain
    for face in (seen(told.page), seen(told.mail)):
        assert "标「全部群」" in face
        assert "平常改用这些天的中位数" in face
    quiet = seen(tell().page)
    assert "标「全部群」" not in quiet
    assert "改用这些天的中位数" not in quiet


def test_the_heat_of_competitors_is_no_count_of_persons_who_ask():
    competitor = replace(TOPICS[3], mentions=19_070)
    text = section(tell(topics=(competitor, replace(TOPICS[4], mentions=None))).page, "topics")
    assert "热度 19,070 早C晚A十问" in text
    assert "热点 三伏天" in text
    assert " 次" not in text


def test_more_exits_than_in_the_week_before_carry_a_level_without_a_plan():
    told = tell(pulse=(Pulse("members_gone", 187.0, 131.0, None, Level.red),))
    assert "退群人数 187 131 — 红" in section(told.page, "pulse")
    assert "红 退群人数" in seen(told.mail)


def test_a_kpi_that_the_catalogue_does_not_know_is_told_by_its_id():
    told = report(WEEK, {}, "沐光美妆", "zh-CN", LINK, TEXTS)
    assert "loyal_users" in told.text
    assert "落后 41 %" in told.text


def test_missing_labels_are_counted_and_listed():
    text = section(tell().page, "labels")
    assert "1/5 篇（20 %）缺少类型、层级或模板" in text
    assert "7月26日 周末快闪：到店即送小样 (A0004)" in text
    assert "近 30 天 4 篇都有标签" in section(tell(items=(*ITEMS[:3], ITEMS[4])).page, "labels")


def test_labels_that_earlier_weeks_lack_are_listed_because_the_mix_counts_them():
    labelled = (*ITEMS[:3], ITEMS[4])
    older = replace(
        ITEMS[0], item_id="A0100", title="三周前的一篇", publish_date=dt.date(2026, 7, 3), labels={}
    )
    told = tell(items=labelled, month=(older, *labelled))
    text = section(told.page, "labels")
    assert "近 30 天 1/5 篇（20 %）缺少类型、层级或模板" in text
    assert "7月3日 三周前的一篇 (A0100)" in text
    assert "近 30 天 1/5 篇" in told.text


def test_doubts_and_late_data_are_told_at_the_top_and_in_full_at_the_end():
    told = tell()
    assert "数据完整度 98.1 % · 迟到 1 · 检查发现 1" in seen(told.page)
    assert "沐光视频号 · 视频数据" in section(told.page, "trust")
    assert "平台回溯，已记录" in section(told.page, "trust")


def test_failed_data_is_told_in_the_mail_too():
    told = tell(trust=Trust(4, 3, 0.75, 0.9, failed=("服务号 · 图文：令牌失效，请更新 AppSecret",)))
    assert "令牌失效，请更新 AppSecret" in seen(told.mail)


def test_the_mail_has_no_images_no_svg_and_the_link_to_the_page():
    mail = tell().mail
    assert not set(Reader(mail).tags) & {"img", "svg", "script", "link"}
    assert f'href="{LINK}"' in mail
    assert "href" not in tell(link="").mail


def test_the_mail_reads_where_style_sheets_are_stripped_and_knows_dark_mode():
    mail = tell().mail
    assert "prefers-color-scheme: dark" in mail
    bare = re.sub(r"<style>.*?</style>", "", mail, flags=re.DOTALL)
    assert 'class="chip red" style="' in bare


def test_verdict_stops_repeats_and_reds_are_kept_when_a_channel_shortens():
    kept = [block for block in tell().message.blocks if block.keep]
    assert [block.title for block in kept] == ["停止", "保留", "计划指标：红"]
    assert [line.text for line in kept[2].lines] == ["红 忠诚用户"]
    assert tell().message.blocks[:3] == tuple(kept)


def test_the_text_beside_the_mail_tells_the_tables_too():
    text = tell().message.plain
    for words in (
        "7月20日 20:00 夏天第一支防晒怎么选：三种肤质的清单：阅读 3,900 / 5,200 / 5,900",
        "7月26日 10:00 周末快闪：到店即送小样：阅读 未到 / 未到 / 未到",
        "橙 内容矩阵 场景化：40 %，计划 25 % ± 5",
        "沐光美妆服务号 下单：47，4 %，常态 6.6 %",
        "7月23日 20:30 周末闪购：37 人",
        LINK,
    ):
        assert words in text


def test_figures_of_a_large_brand_read_at_a_glance():
    large = [replace(step, count=(step.count or 0) * 1_000) for step in FUNNEL]
    assert "2.6亿" in section(tell(funnel=large).page, "funnel")
    assert "2,340万" in section(tell(funnel=large).page, "funnel")
    assert "260,000,000" in section(tell("en", funnel=large).page, "funnel")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "—", "—"),
        (999_999, "999,999", "999,999"),
        (1_013_245, "101.3万", "1,013,245"),
        (120_000_000, "1.2亿", "120,000,000"),
        (-250_000_000, "−2.5亿", "−250,000,000"),
    ],
)
def test_amounts_are_told_in_wan_and_yi_in_chinese(value, zh, en):
    assert figures.amount(value, "zh-CN") == zh
    assert figures.amount(value, "en") == en


def test_the_same_week_hashes_the_same_and_any_other_figure_hashes_differently():
    assert tell().content_hash == tell().content_hash
    assert tell().content_hash != tell(verdicts=VERDICTS[1:]).content_hash


def test_both_languages_have_every_text_with_the_same_blanks():
    assert ZH.keys() == EN.keys()
    assert len(NOTES) == len(NOTES_ZH)
    for key in ZH:
        blanks = [set(re.findall(r"\{(\w+)", text[key])) for text in (ZH, EN)]
        if key not in ("month", "posts_one"):
            assert blanks[0] == blanks[1], key


def test_the_english_page_holds_no_chinese_of_its_own():
    plain = replace(
        EMPTY,
        accounts={},
        items=tuple(replace(i, title="T", labels={}) for i in ITEMS),
        funnel=FUNNEL,
        mixes=MIXES,
    )
    told = report(plain, METRICS, "Brand", "en", LINK, TEXTS)
    for form in (told.page, told.mail, told.text, told.markdown):
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<style>.*?</style>", "", form, flags=re.DOTALL))


def test_a_missing_template_and_an_unknown_language_are_told():
    with pytest.raises(ConfigurationError, match=r"retrospective\.css"):
        report(WEEK, METRICS, "B", "en", "", {k: v for k, v in TEXTS.items() if k != "retrospective.css"})
    with pytest.raises(ConfigurationError, match="zh-CN and en"):
        report(WEEK, METRICS, "B", "fr", "", TEXTS)


def test_the_days_of_a_week_are_business_days_in_shanghai():
    assert WEEK.last - WEEK.first == dt.timedelta(days=6)
    assert "7月20日～7月26日，与 2026-W29 相比" in seen(tell().page)
