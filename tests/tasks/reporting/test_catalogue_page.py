"""The catalogue page and the glossary, read as a person reads them."""

import datetime as dt
import re
import string
import time
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from tasks.errors import ConfigurationError
from tasks.records import AlertRow, Endpoint, Level, MetricValue, NotComputable, SourceKind
from tasks.reporting.catalogue_page import STYLES, TEMPLATE, Known, catalogue_page, group
from tasks.reporting.catalogue_words import EN, ZH
from tasks.reporting.glossary import glossary
from tasks.reporting.sparkline import sparkline
from tasks.settings import HOME
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 7, 25)
TEXTS = {name: (HOME / "reports" / name).read_text(encoding="utf-8") for name in (TEMPLATE, *STYLES)}
OPEN_RATE = some_metric(
    "open_rate", name_zh="打开率", name_en="Open rate", meaning_zh="打开的人占多少。", meaning_en="Who opens it.",
    unit="share", denominator="delivered", denominator_zh="送达人数", denominator_en="delivered", window_days=28,
    min_sample=200, strength="A", source="getarticleread", formula="openers ÷ delivered", query="oa_content",
    inputs=("oa.reads",), seed_rows=("K-07", "K-31"),
)  # fmt: skip
SPEND = some_metric(
    "spend_cny", name_zh="花费", name_en="Spend", unit="cny", decimals=0, imports=("spend",), direction="none"
)
LATENCY = some_metric("latency", name_zh="分析时延", name_en="Latency", direction="down")
GAP = NotComputable(
    entry_id="core_tags", name_zh="核心标签数", name_en="Core tags", seed_rows=("MS-01",), reason_zh="没有标签库",
    reason_en="There is no tag store", imports=("spend",), interfaces=("oa.reads",), remedy_zh="自有标签库",
    remedy_en="A tag store",
)  # fmt: skip


def endpoint(name: str, kind: SourceKind, title: str) -> Endpoint:
    return Endpoint(name=name, kind=kind, path="/", title=title, ready=dt.time(8), page="p", read_on=DAY)


READS = endpoint("oa.reads", SourceKind.official_account, "图文阅读")


def value(back: int, number: float | None, account_id: str = "*", **more: Any) -> MetricValue:
    parts = {"numerator": None if number is None else number * 1000, "denominator": 1000.0, "value": number}
    return MetricValue("open_rate", DAY - dt.timedelta(back), account_id, **{**parts, **more})


def alert(level: Level, **more: Any) -> AlertRow:
    told = AlertRow(
        "open_rate", DAY, level, level, DAY, "", "progress", 0.148, 0.165, 0.08, 0.25, 0.2, 0.2, 0.1, 0.1, 64, 0.0004,
        "林夏", "加投", DAY, "落后计划 20 %",
    )  # fmt: skip
    return replace(told, **more)


KNOWN = Known(
    day=DAY,
    metrics={m.metric_id: m for m in (OPEN_RATE, SPEND, LATENCY)},
    gaps=[GAP],
    values=[value(0, 0.148), value(1, None, status="grey"), value(2, 0.14), value(3, 0.152)],
    alerts=[alert(Level.orange)],
    owners={"open_rate": "内容负责人"},
    endpoints={"oa.reads": READS},
    imports={"spend": "投放花费"},
    accounts={"oa": "服务号", "oa2": "订阅号"},
    brand="沐光美妆",
)


def page(language: str = "zh-CN", **changed: Any) -> str:
    return catalogue_page(replace(KNOWN, **changed), language, TEXTS)


def entry(html: str, metric_id: str) -> str:
    """What one metric's entry says, tags left out."""
    found = re.search(rf'<details class="metric[^"]*" id="{metric_id}".*?</details>', html, re.DOTALL)
    assert found, metric_id
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def test_an_entry_says_level_value_owner_meaning_sources_and_plan_rows():
    said = entry(page(), "open_rate")
    for words in (
        "橙", "打开率", "open_rate · Open rate", "14.8 %", "内容负责人", "打开的人占多少。", "计划应达 16.5 %",
        "落后 20 %", "说明 落后计划 20 %", "数值 148 ÷ 1,000", "分子 ÷ 送达人数", "滚动 28 天", "越高越好",
        "输入数据完整率低于 95%；送达人数少于 200", "图文阅读（oa.reads）", "sql/metrics/oa_content.sql",
        "来源强度 平台官方文档", "K-07, K-31",
    ):  # fmt: skip
        assert words in said


def test_the_english_page_says_the_same_in_english():
    said = entry(page("en"), "open_rate")
    for words in (
        "Orange",
        "Open rate",
        "打开率",
        "Who opens it.",
        "Expected 16.5 %",
        "delivered below 200",
        "official documentation · getarticleread",
        "oa.reads",
    ):
        assert words in said
    assert "越高越好" not in page("en")


def test_a_chinese_reader_is_told_formula_and_grain_in_chinese():
    told = OPEN_RATE.model_copy(
        update={
            "formula_zh": "打开人数 ÷ 送达人数",
            "grain_zh": "品牌、近 28 天",
            "grain": "brand, trailing 28 days",
        }
    )
    metrics = {**KNOWN.metrics, "open_rate": told}
    said = entry(page(metrics=metrics), "open_rate")
    assert "公式 打开人数 ÷ 送达人数" in said
    assert "粒度 品牌、近 28 天" in said
    assert told.grain not in said
    assert "Grain brand, trailing 28 days" in entry(page("en", metrics=metrics), "open_rate")


def test_a_grey_value_is_withheld_and_says_why():
    thin = value(0, 0.929, status="grey", note="样本量 14，低于下限 30")
    html = page(values=[thin, value(1, 0.14)], alerts=[alert(Level.grey, actual=None)])
    shown = entry(html, "open_rate").split("公式")[0]
    assert "样本量 14，低于下限 30" in shown
    assert "— 内容负责人" in shown
    assert "92.9 %" not in html


def test_what_is_not_in_the_plan_is_watched_and_not_judged():
    said = entry(page(), "spend_cny")
    assert said.startswith("只观察 花费")
    assert "未导入投放花费" in said
    assert "近 30 天没有数值" in said


def test_the_last_thirty_days_are_drawn_and_a_missing_day_is_a_gap():
    html = page()
    assert html.count("<svg") == 1
    (path,) = re.findall(r'<path d="([^"]+)"', html)
    assert path.count("M") == 2, "two strokes: before and after the grey day"
    assert 'aria-label="近 30 天：最低 14 %，最高 15.2 %"' in html


def test_a_line_is_scaled_between_its_lowest_and_highest_day():
    drawn = str(sparkline([1.0, None, 3.0, 2.0], "told"))
    assert re.findall(r'd="([^"]+)"', drawn) == ["M3.0 27.0L3.0 27.0M79.0 3.0L79.0 3.0L117.0 15.0"]
    assert sparkline([None, None], "told") == ""
    assert "15.0" in str(sparkline([5.0, 5.0], "told")), "what never moves runs through the middle"


def test_a_metric_of_several_accounts_without_a_whole_lists_the_accounts():
    said = entry(page(values=[value(0, 0.1, "oa"), value(0, 0.2, "oa2")]), "open_rate")
    assert "分账号 服务号 10 %、订阅号 20 %" in said
    assert "—" in said


def test_the_page_of_a_new_installation_says_that_nothing_was_measured():
    html = page(day=None, values=[], alerts=[])
    assert "还没有测量过" in html
    assert "3 个指标，0 个按计划判级" in html


def test_what_cannot_be_computed_is_listed_with_its_remedy():
    said = entry(page(), "core_tags")
    assert "没有标签库" in said
    assert "怎样才能算出 自有标签库" in said
    assert "投放花费" in said


def test_the_page_needs_nothing_from_elsewhere_and_escapes_what_it_prints():
    html = page(brand="<b>&</b>")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert "http" not in html


@pytest.mark.parametrize(
    ("inputs", "imports", "expected"),
    [
        (("oa.reads",), (), "official_account"),
        (("oa.reads", "mp.visits"), (), "across"),
        (("oa.reads", "fs.register"), (), "official_account"),
        (("fs.register",), (), "feishu"),
        ((), ("spend",), "feishu"),
        ((), (), "system"),
    ],
)
def test_a_metric_stands_with_the_platform_that_feeds_it(inputs, imports, expected):
    endpoints = {
        "oa.reads": READS,
        "mp.visits": endpoint("mp.visits", SourceKind.mini_program, "访问"),
        "fs.register": endpoint("fs.register", SourceKind.feishu, "登记表"),
    }
    assert group(some_metric(inputs=inputs, imports=imports), endpoints) == expected


def test_a_broken_template_is_named():
    with pytest.raises(ConfigurationError, match=r"reports/catalogue\.html\.j2"):
        catalogue_page(KNOWN, "zh-CN", {**TEXTS, TEMPLATE: "{{ nothing }}"})


def test_ninety_metrics_are_laid_out_within_a_second():
    metrics = {f"m{n}": OPEN_RATE.model_copy(update={"metric_id": f"m{n}"}) for n in range(90)}
    values = [replace(value(back, 0.1 + back / 100), metric_id=key) for key in metrics for back in range(30)]
    began = time.perf_counter()
    html = page(metrics=metrics, values=values)
    assert time.perf_counter() - began < 1
    assert html.count("<svg") == 90


def test_both_languages_know_the_same_words_with_the_same_gaps():
    def gaps(text: str) -> set[str]:
        return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name} - {
            "weekday",
            "month",
        }

    assert {key: gaps(ZH[key]) for key in ZH} == {key: gaps(EN[key]) for key in EN}


def test_the_glossary_has_a_row_for_each_metric_and_each_gap_in_both_languages():
    template = (HOME / "reports" / "glossary.md.j2").read_text(encoding="utf-8")
    told = glossary([OPEN_RATE, SPEND.model_copy(update={"meaning_zh": "a|b"})], [GAP], template).splitlines()
    meaning, rest = "打开的人占多少。Who opens it.", "占比 share 0–1 | A | 28 天 days | K-07, K-31"
    assert f"| 打开率 | Open rate | `open_rate` | {meaning} | {rest} |" in told
    assert (
        "| 核心标签数 | Core tags | `core_tags` | 没有标签库。There is no tag store | 自有标签库。A tag store | MS-01 |"
        in told
    )
    assert any("a\\|b" in line for line in told), "no cell ends inside a text"
    assert any(line.startswith("## 人与物") for line in told), "the words written by hand stay"


def test_a_glossary_without_gaps_has_no_section_for_them():
    template = (HOME / "reports" / "glossary.md.j2").read_text(encoding="utf-8")
    assert "算不出" not in glossary([OPEN_RATE], [], template)
