import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tasks.errors import ConfigurationError
from tasks.records import Level, Notice, Trust

DAY = dt.date(2026, 7, 25)


class Reader(HTMLParser):
    """What a person sees of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\xa0", " ").split())


def seen(html: str) -> str:
    return Reader(html).text


def test_the_verdict_counts_the_levels_and_names_the_most_urgent_kpi(sample_day):
    digest = sample_day.tell()
    assert digest.verdict == "9 项指标中 1 红 2 橙 1 黄 4 绿 1 灰；最要紧：浏览→下单转化 落后计划 38 %"
    assert digest.message.verdict.text == digest.verdict
    assert digest.message.verdict.tone is Level.red


def test_every_form_tells_the_verdict_and_who_does_what_by_when(sample_day):
    digest = sample_day.tell()
    for form in (seen(digest.page), seen(digest.mail), digest.text, digest.markdown.replace("\\", "")):
        assert "最要紧：浏览→下单转化 落后计划 38 %" in form
        assert "启动应急预案：当日复核支付链路，暂停低转化投放" in form
        assert "王珂" in form
        assert "7月27日前" in form
        assert "把本周推送预算调到场景化内容" in form


def test_the_page_reads_from_the_verdict_down_to_the_definitions(sample_day):
    text = seen(sample_day.tell().page)
    order = [
        "9 项指标中",
        "红色：启动应急预案",
        "橙色：调整资源",
        "黄色：分析原因",
        "今天恢复",
        "变动最大",
        "全部指标",
        "尚未接入",
        "数据可信度",
        "指标口径",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_within_a_level_the_largest_lag_comes_first(sample_day):
    text = seen(sample_day.tell().page).split("橙色：调整资源")[1]
    assert text.index("社群日均消息") < text.index("打开率")


def test_a_card_shows_actual_expected_target_all_three_lags_and_the_delay(sample_day):
    text = seen(sample_day.tell().page).split("红色：启动应急预案")[1].split("橙色：")[0]
    for words in (
        "6.1 %",
        "6.8 %",
        "10 %",
        "落后计划 38 %",
        "水平口径 9.9 %",
        "百分点口径 13.4 个百分点",
        "比计划晚 72 天",
    ):
        assert words in text
    assert "每天需 +0.011 个百分点" in text


def test_a_card_shows_which_part_of_a_rate_moved(sample_day):
    text = seen(sample_day.tell(causes=()).page).split("红色：启动应急预案")[1].split("橙色：")[0]
    for figure in ("1,203", "1,480", "−18.7 %", "19,720", "19,800", "−0.4 %"):
        assert figure in text
    assert "一周来主要是下单人数在变" in text


def test_a_cause_that_is_known_is_told_on_the_card_in_every_form(sample_day):
    told = sample_day.tell()
    cause = (
        "较 28 天前降 1.9 个百分点：沐光美妆服务号 −1.4（占 74 %：结构 −0.2，自身 −1.2），"
        "沐光订阅号 −0.5（占 26 %）"
    )
    for form in (seen(told.page), seen(told.mail), told.text, told.markdown):
        assert cause in form.replace("\\", "")
        assert "一周来主要是下单人数在变" not in form


def test_cards_call_the_parts_by_their_short_names_in_the_readers_language(sample_day):
    definition = "persons with an order paid on the day, summed over days"
    metrics = {
        key: m.model_copy(update={"numerator": definition, "denominator": m.denominator and definition})
        for key, m in sample_day.metrics.items()
    }
    chinese, english = (sample_day.tell(metrics=metrics, language=language) for language in ("zh-CN", "en"))
    for form in (seen(chinese.page), seen(chinese.mail), chinese.text):
        assert "下单人数" in form
        assert definition not in form
    for form in (seen(english.page), seen(english.mail), english.text):
        assert "top of browse_to_order" in form
        assert definition not in form


def card_of(sample_day, **changed):
    """All forms of a digest whose only KPI behind is the red one, changed as told."""
    red = next(a for a in sample_day.alerts if a.level is Level.red)
    digest = sample_day.tell(alerts=[replace(red, **changed)])
    forms = (seen(digest.page), seen(digest.mail), digest.text, digest.markdown.replace("\\", ""))
    return digest, forms


@pytest.mark.parametrize(
    ("days", "told"), [(0, ""), (1, "已逾期 1 天"), (5, "已逾期 5 天"), (-1, ""), (None, "")]
)
def test_a_due_date_that_has_passed_is_marked_in_the_colour_of_the_level(sample_day, days, told):
    day = sample_day.alerts[0].business_date
    due = None if days is None else day - dt.timedelta(days=days)
    digest, forms = card_of(sample_day, due_date=due)
    for form in forms:
        assert told in form if told else "逾期" not in form
    if told:
        page, mail = (re.sub("\xa0|&nbsp;", " ", html) for html in (digest.page, digest.mail))
        assert f'<strong class="overdue">{told}</strong>' in page.split('class="card red"')[1]
        assert re.search(rf"color: ?#b42318[^>]*>{told}<", mail)


def test_an_overdue_day_is_told_in_english_too(sample_day):
    day = sample_day.alerts[0].business_date
    for late, told in ((1, "overdue by 1 day"), (3, "overdue by 3 days")):
        red = replace(
            sample_day.alerts[1], due_date=day - dt.timedelta(days=late), owner="Wang", action="Act"
        )
        assert told in sample_day.tell(alerts=[red], language="en").text


def test_a_level_that_got_better_but_is_not_green_is_marked_improved(sample_day):
    digest, _ = card_of(sample_day, level=Level.orange, raw_level=Level.orange, changed="improved")
    for html in (digest.page, digest.mail):
        assert "好转 · 今天起" in seen(html)
        assert "今天恢复" not in seen(html)
    english = sample_day.tell(alerts=[replace(sample_day.alerts[1], changed="improved")], language="en")
    assert "improved · since today" in seen(english.page)


def test_a_card_says_nothing_twice(sample_day):
    _, forms = card_of(sample_day, action="A", owner="O")
    for form in (forms[0], forms[1]):
        shown = form.split("红色：启动应急预案")[1].split("变动最大")[0]
        for words in ("落后计划 38 %", "72 天", "进度口径", "水平口径", "百分点口径", "−18.7 %", "6.1 %"):
            assert shown.count(words) == 1, words


def test_a_better_day_that_does_not_count_yet_is_told_in_small_print(sample_day):
    _, forms = card_of(sample_day, raw_level=Level.yellow)
    for form in forms:
        assert (
            "按进度口径；其他口径：水平口径 9.9 %、百分点口径 13.4 个百分点；当日已好转为黄，待下次评估确认"
            in form
        )


def test_a_card_tells_when_the_next_checkpoint_is_reached_at_this_pace_and_what_is_likely(sample_day):
    due = dt.date(2027, 10, 31)
    _, forms = card_of(
        sample_day,
        next_date=due,
        next_value=3_000_000.0,
        projected_date=dt.date(2028, 1, 13),
        late_days=74,
        forecast_low=2_500_000.0,
        forecast_high=2_800_000.0,
    )
    for form in forms:
        assert "要到 2028-01-13，比计划（2027-10-31）晚 74 天" in form
        assert "到 2027-10-31 预计 " in form
    _, forms = card_of(sample_day, next_date=due, next_value=0.25, unreachable=True)
    for form in forms:
        assert "照近期速度到不了 25 %（计划 2027-10-31）" in form


def test_grey_kpis_say_why_and_never_show_a_zero(sample_day):
    digest = sample_day.tell()
    row = next(row for row in digest.table if row["指标"] == "新用户 7 日留存")
    assert row["状态"] == "灰"
    assert row["实际"] == "—"
    assert row["落后"] == "—"
    assert "输入数据只到齐 62.0 %" in row["原因"]
    assert "输入数据只到齐 62.0 %" in seen(digest.page)


def test_the_trust_section_names_every_source_that_is_late_doubtful_or_failed(sample_day):
    for form in (seen(sample_day.tell().page), seen(sample_day.tell().mail)):
        assert "当日 94.2 %（应到 52 格，实到 49 格）" in form
        assert "近 30 天 98.7 %" in form
        assert "品牌商城小程序 · 访问留存" in form
        assert "全为零，前 7 天不是" in form
        assert "请把服务器 IP 加入白名单" in form
        assert "T+1：数据为 7月25日 当日，次日 8 点后可得" in form


def test_a_day_without_troubles_says_that_everything_arrived(sample_day):
    calm = Trust(due=52, ok=52, completeness=1.0, completeness_30d=None)
    text = seen(sample_day.tell(trust=calm).page)
    assert "各来源均已到齐" in text
    assert "失败" not in text
    assert "当日没有应到的数据" in seen(sample_day.tell(trust=Trust(0, 0, None, None)).page)


def test_a_recovered_kpi_is_good_news_of_its_own(sample_day):
    assert "复购率 已恢复：实际 19.7 %，计划应达 19.2 %" in seen(sample_day.tell().page)


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        ([], "今天没有可判断的指标"),
        ([Level.green, Level.grey], "2 项指标没有一项落后计划（1 绿 1 灰）"),
        ([Level.grey, Level.grey], "2 项指标今天都无法判断：数据不足"),
    ],
)
def test_quiet_days_get_a_verdict_too(sample_day, levels, verdict):
    alerts = [replace(a, level=level) for a, level in zip(sample_day.alerts, levels, strict=False)]
    digest = sample_day.tell(alerts=alerts)
    assert digest.verdict == verdict
    assert verdict in seen(digest.page)


def test_english_readers_get_english_words_only(sample_day):
    digest = sample_day.tell(
        language="en", alerts=[replace(a, reason="", owner="Wang", action="Act") for a in sample_day.alerts]
    )
    assert digest.verdict == (
        "Of 9 KPIs: 1 red, 2 orange, 1 yellow, 4 green, 1 grey. Most urgent: Browse → order, 38 % behind plan"
    )
    assert '<html lang="en">' in digest.page
    for words in ("All KPIs", "What moved", "How far to trust the data", "Not measured yet", "by 27 Jul"):
        assert words in seen(digest.page)
    assert set(digest.table[0]) == {"KPI", "Expected", "Actual", "Behind", "Level", "Reason"}


def test_the_hash_follows_what_is_said_not_how_it_is_linked(sample_day):
    first = sample_day.tell()
    assert sample_day.tell(link="https://elsewhere.example.com/").content_hash == first.content_hash
    assert sample_day.tell(alerts=list(reversed(sample_day.alerts))).content_hash == first.content_hash
    assert sample_day.tell(not_measured=()).content_hash != first.content_hash


def test_the_same_day_told_twice_is_the_same_digest(sample_day):
    assert sample_day.tell() == sample_day.tell()


def test_the_page_needs_nothing_from_elsewhere(sample_day):
    page = sample_day.tell(link="").page
    assert "http" not in page
    assert "<script" not in page
    assert "@import" not in page


def test_the_mail_has_no_images_no_styles_to_strip_and_the_link_to_the_page(sample_day):
    mail = sample_day.tell().mail
    assert not set(Reader(mail).tags) & {"img", "svg", "script", "style", "link"}
    assert mail.count("style=") > 50
    assert 'href="https://reports.example.com/digest/2026-07-25.html"' in mail
    assert len(mail.encode()) < 100_000, "Gmail clips mails above 102 kB"


def test_what_people_wrote_cannot_become_markup(sample_day):
    evil = '<img src=x onerror=alert(1)>|[x](http://evil.example)"'
    alerts = [replace(sample_day.alerts[0], action=evil, owner=evil, reason=evil)]
    digest = sample_day.tell(
        alerts=alerts, brand=evil, not_measured=[evil], trust=Trust(1, 0, 0.0, None, failed=(evil,))
    )
    for html in (digest.page, digest.mail):
        assert "<img" not in html
    assert not re.search(r"(?<!\\)<img", digest.markdown)
    assert "[x](http" not in digest.markdown
    rows = [line for line in digest.markdown.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {9}


def test_a_kpi_that_the_catalogue_does_not_know_is_named(sample_day):
    with pytest.raises(ConfigurationError, match="oa_open"):
        sample_day.tell(metrics={})


def test_a_missing_template_and_a_misspelt_word_are_named(sample_day):
    with pytest.raises(ConfigurationError, match="digest_mail.css"):
        sample_day.tell(templates={k: v for k, v in sample_day.templates.items() if k != "digest_mail.css"})
    broken = sample_day.templates | {"digest.html.j2": "{{ d.verdikt }}"}
    with pytest.raises(ConfigurationError, match="verdikt"):
        sample_day.tell(templates=broken)
    with pytest.raises(ConfigurationError, match="fr"):
        sample_day.tell(language="fr")


def test_reds_are_kept_in_chat_and_come_first(sample_day):
    blocks = sample_day.tell().message.blocks
    assert blocks[0].keep
    assert [line.tone for line in blocks[0].lines] == [Level.red]
    assert [block.title for block in blocks if block.keep] == ["红色：启动应急预案", "数据可信度"]


def test_without_a_value_of_the_week_before_nothing_is_compared(sample_day):
    digest = sample_day.tell(earlier=[])
    assert "没有超出偶然波动的变化" in seen(digest.page)
    assert "一周来" not in digest.text
    assert sample_day.tell(values=[], earlier=[]).table[0]["实际"] == "6.1 %"


def test_a_gate_is_told_by_its_limit(sample_day):
    base = next(a for a in sample_day.alerts if a.metric_id == "reply")
    late = replace(
        base, level=Level.red, raw_level=Level.red, lag=0.5, lag_level=0.5, actual=7.5, reason="超过上限"
    )
    digest = sample_day.tell(alerts=[late])
    text = seen(digest.page)
    assert "超过上限 50 %" in text
    card = text.split("红色：启动应急预案")[1].split("变动最大")[0]
    assert "计划应达 ≤5 分钟" in card
    assert "目标" not in card
    assert "口径" not in card
    assert digest.table[0]["计划应达"] == "≤5 分钟"
    rising = {"reply": sample_day.metrics["reply"].model_copy(update={"direction": "up"})}
    text = seen(sample_day.tell(alerts=[late], metrics=sample_day.metrics | rising).page)
    assert "未达底线，差 50 %" in text
    assert "≥5 分钟" in text


NOTICES = [
    Notice("milestone:MS-04", DAY, "milestone", Level.orange, DAY, "started", "里程碑 MS-04：用户 100 万",
           "还有 85 天。", "项目负责人", "调配资源", dt.date(2026, 7, 28)),
    Notice("budget:tools", DAY, "budget", Level.yellow, DAY - dt.timedelta(2), "", "预算：工具采购",
           "照此全年超支 574 元。", "", "", None),
    Notice("incident:INC-007", DAY, "incident", Level.red, DAY, "started", "事件：小程序下单失败",
           "截至 2026-07-26 00:00，62.5 小时后仍未恢复，时限 2 小时。",
           "技术组负责人", "立即恢复", dt.date(2026, 7, 24)),
    Notice("churn:group_exits", DAY, "churn", Level.green, DAY, "recovered", "流失预警：退群", "已解除", "", "", None),
]  # fmt: skip


def test_what_needs_a_person_beside_the_kpis_is_told_by_kind_near_the_top_in_every_form(sample_day):
    digest = sample_day.tell(notices=NOTICES)
    page = seen(digest.page)
    order = ["里程碑、预算与事件", "小程序下单失败", "用户 100 万", "工具采购", "红色：启动应急预案"]
    places = [page.index(words, page.index("里程碑、预算与事件")) for words in order]
    assert places == sorted(places)
    for form in (page, seen(digest.mail), digest.text, digest.markdown.replace("\\", "")):
        for words in (
            "62.5 小时后仍未恢复，时限 2 小时。", "立即恢复", "技术组负责人", "已逾期 1 天", "还有 85 天。",
            "照此全年超支 574 元。", "流失预警：退群：已解除",
        ):  # fmt: skip
            assert words in form
    assert "7月23日 起提示，第 3 天" in page


def test_the_headline_counts_notices_apart_from_kpis_and_a_running_incident_is_the_most_urgent(sample_day):
    assert sample_day.tell(notices=NOTICES).verdict == (
        "9 项指标中 1 红 2 橙 1 黄 4 绿 1 灰，另有事件、里程碑、预算 1 红 1 橙 1 黄；"
        "最要紧的是事件：小程序下单失败，62.5 小时后仍未恢复，时限 2 小时"
    )
    calm = [row for row in sample_day.alerts if row.level is Level.green]
    digest = sample_day.tell(alerts=calm, notices=NOTICES[:2])
    assert digest.verdict == (
        "4 项指标没有一项落后计划（4 绿），另有里程碑、预算 1 橙 1 黄；最要紧的是里程碑 MS-04：用户 100 万"
    )
    assert digest.message.verdict.tone is Level.orange
    red = sample_day.tell(notices=NOTICES[:2]).verdict
    assert red.endswith("最要紧：浏览→下单转化 落后计划 38 %"), "a red KPI goes before an orange milestone"
    assert "另有" not in sample_day.tell(notices=NOTICES[3:]).verdict


def test_red_notices_stay_in_chat(sample_day):
    kept = [line.text for b in sample_day.tell(notices=NOTICES).message.blocks if b.keep for line in b.lines]
    assert any("小程序下单失败" in text for text in kept)
    assert not any("MS-04" in text for text in kept)


def test_a_gap_within_noise_is_marked_wherever_the_green_row_stands(sample_day):
    share = next(a for a in sample_day.alerts if a.metric_id == "share_rate")
    digest = sample_day.tell(alerts=[replace(share, lag=0.275, cause="noise", changed="recovered")])
    for form in (seen(digest.page), seen(digest.mail)):
        assert "27.5 % 波动内" in form
    assert "分享率 已恢复：实际 11.8 %，计划应达 12.1 %（波动内）" in digest.text
    assert "绿 分享率：实际 11.8 %，计划应达 12.1 %（波动内）" in digest.text
    assert digest.table[0]["原因"] == "波动内"
    assert "在计划内，或差距在波动内" in seen(digest.page)
    assert "波动内" not in sample_day.tell().text


def test_a_held_level_says_so_in_the_table_too(sample_day):
    digest, _ = card_of(sample_day, raw_level=Level.green)
    assert digest.table[0]["原因"] == "当日已好转为绿，待下次评估确认"
    noise, _ = card_of(sample_day, raw_level=Level.green, cause="noise")
    assert noise.table[0]["原因"] == "当日差距在波动内，计为绿，待下次评估确认"


def test_the_digest_names_the_plan_version_and_its_scale(sample_day):
    rows = [replace(row, plan_version="8f64254e743a") for row in sample_day.alerts]
    digest = sample_day.tell(alerts=rows, scale=0.003)
    for form in (seen(digest.page), seen(digest.mail), digest.text):
        assert "按计划版本 8f64254e743a 判定；计划中的人数按 0.003 倍折算（population_scale）" in form
    assert "折算" not in sample_day.tell(alerts=rows).text


def test_the_first_playbook_that_fits_stands_beside_the_action(sample_day):
    digest = sample_day.tell(
        notices=NOTICES, playbooks={"browse_to_order": ["先当故障查", "第二个"], "incident:INC-007": ["回滚"]}
    )
    for form in (seen(digest.page), seen(digest.mail)):
        assert "可以试 先当故障查" in form
        assert "可以试：回滚" in form
        assert "第二个" not in form
    assert "可以试：先当故障查" in digest.text


def test_a_doubt_of_the_checks_beside_full_data_is_named_by_the_dot(sample_day):
    doubt = Trust(due=52, ok=52, completeness=1.0, completeness_30d=None, warnings=("罗盘与逐单不一致",))
    assert "数据完整度 100 % · 检查提示 1" in seen(sample_day.tell(trust=doubt).page)


def test_a_time_is_compared_with_its_unit(sample_day):
    lone = sample_day.metrics["reply"].model_copy(
        update={
            "denominator": "",
            "denominator_zh": "",
            "denominator_en": "",
            "name_zh": "故障恢复时间",
            "unit": "hours",
        }
    )
    late = replace(next(a for a in sample_day.alerts if a.metric_id == "reply"), level=Level.red, lag=0.5)
    text = sample_day.tell(alerts=[late], metrics={**sample_day.metrics, "reply": lone}).text
    assert "故障恢复时间 57,600 小时（7 天前 74,400 小时，−22.6 %）" in text


def test_dates_follow_the_reader(sample_day):
    assert "2026年7月25日 周六" in seen(sample_day.tell().page)
    assert "Saturday 25 Jul 2026" in seen(sample_day.tell(language="en").page)
    assert sample_day.tell().message.title == "沐光美妆运营日报 7月25日"


def test_a_count_is_compared_under_its_own_name(sample_day):
    users = next(a for a in sample_day.alerts if a.metric_id == "private_users")
    late = replace(users, level=Level.yellow, lag=0.12, needed_per_day=0.0004)
    text = sample_day.tell(alerts=[late]).text
    assert "私域用户 1,013,245（7 天前 1,003,800，+0.9 %）" in text
    assert "分子" not in text
    assert "每天需" not in text, "too small a change to write down"
