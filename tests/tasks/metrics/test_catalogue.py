from typing import Any

import pytest

from tasks.errors import ConfigurationError
from tasks.metrics import catalogue

ENTRY: dict[str, Any] = {
    "name_zh": "打开率",
    "name_en": "Open rate",
    "unit": "share",
    "direction": "up",
    "grain": "push",
    "window_days": 28,
    "numerator": "readers",
    "denominator": "delivered",
    "numerator_zh": "消息阅读人数",
    "numerator_en": "readers from the push",
    "denominator_zh": "送达人数",
    "denominator_en": "delivered",
    "formula": "Σ ÷ Σ",
    "strength": "C",
    "source": "page",
    "query": "oa_content",
    "inputs": ["oa.article_total"],
}


def without(field: str) -> dict[str, Any]:
    return {key: value for key, value in ENTRY.items() if key != field}


def test_an_entry_becomes_a_metric_named_by_its_table() -> None:
    metric = catalogue.read({"oa_open_rate": ENTRY})["oa_open_rate"]

    assert metric.metric_id == "oa_open_rate"
    assert metric.inputs == ("oa.article_total",)
    assert (metric.min_sample, metric.decimals, metric.seed_rows) == (0, 1, ())


def test_the_order_of_the_document_is_kept() -> None:
    assert list(catalogue.read({"b": ENTRY, "a": ENTRY})) == ["b", "a"]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (without("name_zh"), "name_zh"),
        (ENTRY | {"unit": "percent"}, "unit"),
        (ENTRY | {"window_days": 0}, "window_days"),
        (ENTRY | {"scale": 100}, "scale"),
        (ENTRY | {"metric_id": "other"}, "metric_id"),
        (without("denominator"), "denominator"),
        (without("numerator_zh"), "numerator_zh"),
        (without("denominator_zh"), "denominator_zh"),
        (ENTRY | {"numerator_zh": "发布后七天内由公众号消息进入的人数"}, "numerator_zh"),
        (ENTRY | {"unit": "times", "denominator": ""}, "denominator_zh"),
        (ENTRY | {"inputs": ["oa.nothing"]}, "inputs: oa.nothing"),
        ("a share", ""),
    ],
)
def test_a_wrong_entry_is_named_with_its_field(entry: Any, field: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        catalogue.read({"good": ENTRY, "oa_open_rate": entry}, ["oa.article_total"])

    assert "[oa_open_rate]" in str(raised.value)
    assert field in str(raised.value)


def test_the_metrics_of_one_query_are_found() -> None:
    read = catalogue.read({"a": ENTRY, "b": ENTRY | {"query": "outcomes"}})

    assert list(catalogue.measured_by(read, "outcomes")) == ["b"]


GAP: dict[str, Any] = {
    "name_zh": "标签值数",
    "name_en": "Tag values",
    "seed_rows": ["PH-1"],
    "reason_zh": "没有标签库",
    "reason_en": "there is no tag store",
    "interfaces": ["wecom.tags"],
    "imports": ["surveys"],
    "remedy_zh": "自有标签库",
    "remedy_en": "a tag store",
}


def test_what_cannot_be_computed_says_why_and_what_would_help_in_the_readers_language() -> None:
    gap = catalogue.gaps({"tag_values": GAP})["tag_values"]

    assert (gap.entry_id, gap.seed_rows) == ("tag_values", ("PH-1",))
    assert (gap.name("zh-CN"), gap.reason("zh-CN"), gap.remedy("zh-CN")) == (
        "标签值数",
        "没有标签库",
        "自有标签库",
    )
    assert (gap.name("en"), gap.reason("en"), gap.remedy("en")) == (
        "Tag values",
        "there is no tag store",
        "a tag store",
    )


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({key: value for key, value in GAP.items() if key != "reason_zh"}, "reason_zh"),
        (GAP | {"remedy_en": ""}, "remedy_en"),
        (GAP | {"seed_rows": []}, "seed_rows"),
        (GAP | {"unit": "share"}, "unit"),
        (GAP | {"entry_id": "other"}, "entry_id"),
        (GAP | {"interfaces": ["wecom.nothing"]}, "interfaces: wecom.nothing"),
        (GAP | {"imports": ["nothing"]}, "imports: nothing"),
        ("a gap", ""),
    ],
)
def test_a_wrong_gap_names_the_entry_and_the_field(entry: Any, field: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"not_computable\.toml \[tag_values\].*{field}"):
        catalogue.gaps({"tag_values": entry}, (), {"wecom.tags"}, {"surveys"})


def test_a_gap_that_a_metric_fills_by_now_has_to_leave_the_list() -> None:
    with pytest.raises(ConfigurationError, match=r"\[tag_values\].*metrics\.toml measures it"):
        catalogue.gaps({"tag_values": GAP}, {"tag_values"})
