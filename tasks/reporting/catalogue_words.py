"""Every text of the catalogue page, by language."""

from collections.abc import Mapping
from typing import TypeAlias

from tasks.reporting.words import EN as REPORTS_EN
from tasks.reporting.words import ZH as REPORTS_ZH
from tasks.reporting.words import short_code

Words: TypeAlias = Mapping[str, str]
LEVELS = ("red", "orange", "yellow", "green", "grey")
STRENGTHS = ("strength_A", "strength_B", "strength_C", "strength_own")
BORROWED = (
    *LEVELS, *STRENGTHS, "lang", "short_date", "long_date", "weekdays", "colon", "list", "stop", "approx", "none",
    "noise", "times",
)  # fmt: skip
"""Words that every report shares."""

ZH: Words = {
    **{key: REPORTS_ZH[key] for key in BORROWED},
    "catalogue": "指标目录",
    "title": "{brand}指标目录",
    "head": "{n} 个指标，{judged} 个按计划判级",
    "as_of": "{date}的数值",
    "no_day": "还没有测量过",
    "search": "搜索名称、编号、负责人、接口、计划行",
    "shown": "显示 {n} 个",
    "all": "全部",
    "watched": "只观察",
    "metric": "指标",
    "today": "当日",
    "days": "近 30 天",
    "owner": "负责人",
    "spark": "近 30 天：最低 {low}，最高 {high}",
    "spark_none": "近 30 天没有数值",
    "by_account": "分账号",
    "expected": "计划应达",
    "lag": "落后",
    "why": "说明",
    "formula": "公式",
    "parts": "分子 ÷ 分母",
    "part": "数值",
    "grain": "粒度",
    "window": "时间窗",
    "window_one": "单日",
    "window_days": "滚动 {days} 天",
    "direction": "方向",
    "up": "越高越好",
    "down": "越低越好",
    "neither": "只观察，不论高低",
    "grey_when": "何时为灰",
    "grey_inputs": "输入数据完整率低于 95%",
    "grey_import": "未导入{templates}",
    "grey_sample": "{label}少于 {floor}",
    "grey_zero": "{label}为 0",
    "this_number": "本数",
    "endpoints": "接口",
    "imports": "导入",
    "query": "算法",
    "of_the_system": "系统自身的记录",
    "strength": "来源强度",
    "plan_rows": "计划行",
    "official_account": "公众号",
    "mini_program": "小程序",
    "shop": "微信小店",
    "wecom": "企业微信与社群",
    "channels": "视频号",
    "feishu": "飞书与导入的数据",
    "across": "跨渠道",
    "system": "系统与团队",
    "gaps": "计划要求但算不出的指标",
    "remedy": "怎样才能算出",
    "footer": "灰色表示数据不足，不等于零，也不等于正常。“只观察”的指标不在计划中，不判级。",
}

EN: Words = {
    **{key: REPORTS_EN[key] for key in BORROWED},
    "catalogue": "Metric catalogue",
    "title": "{brand}: metric catalogue",
    "head": "{n} metrics, {judged} judged against the plan",
    "as_of": "values of {date}",
    "no_day": "nothing was measured yet",
    "search": "Search names, ids, owners, interfaces, plan rows",
    "shown": "{n} shown",
    "all": "All",
    "watched": "Watched",
    "metric": "Metric",
    "today": "Day",
    "days": "30 days",
    "owner": "Owner",
    "spark": "30 days: lowest {low}, highest {high}",
    "spark_none": "no value in 30 days",
    "by_account": "By account",
    "expected": "Expected",
    "lag": "Behind",
    "why": "Remark",
    "formula": "Formula",
    "parts": "Numerator ÷ denominator",
    "part": "Figures",
    "grain": "Grain",
    "window": "Window",
    "window_one": "one day",
    "window_days": "rolling {days} days",
    "direction": "Direction",
    "up": "higher is better",
    "down": "lower is better",
    "neither": "watched, neither way",
    "grey_when": "Grey when",
    "grey_inputs": "inputs are less than 95% complete",
    "grey_import": "not imported: {templates}",
    "grey_sample": "{label} below {floor}",
    "grey_zero": "{label} 0",
    "this_number": "the number",
    "endpoints": "Interfaces",
    "imports": "Imports",
    "query": "Computed by",
    "of_the_system": "the system's own records",
    "strength": "Strength of source",
    "plan_rows": "Plan rows",
    "official_account": "Official Account",
    "mini_program": "Mini Program",
    "shop": "Shop",
    "wecom": "WeCom and communities",
    "channels": "Channels",
    "feishu": "Feishu and imports",
    "across": "Across channels",
    "system": "System and team",
    "gaps": "Asked for by the plan, not computable",
    "remedy": "What would change that",
    "footer": "Grey means too little data: it is neither zero nor fine. What is only watched is not in the plan.",
}


def words(language: str) -> Words:
    """The texts of one language, by key.

    Raises:
        ConfigurationError: reports are not written in that language.
    """
    return ZH if short_code(language) == "zh" else EN
