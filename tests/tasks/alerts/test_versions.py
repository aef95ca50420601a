import copy
import datetime as dt
import json
import tomllib
from typing import Any

from tasks.alerts.plan import load_plan
from tasks.alerts.versions import canonical, changes, version_of

ONE = """
# A comment
[brand]
name = "b"
start_date = 2026-09-01
[[kpi]]
metric = "m"
baseline = 1000.0
tags = ["a", "b"]
[[kpi]]
metric = "n"
baseline = 0.10
"""
SAME = """
[[kpi]]
baseline = 0.1   # another one
metric = "n"
[[kpi]]
tags = [ "a",
         "b" ]
metric = "m"
baseline = 1_000
[brand]
start_date = 2026-09-01
name = 'b'
"""


def test_comments_layout_and_the_order_of_entries_make_no_new_version() -> None:
    assert version_of(tomllib.loads(ONE)) == version_of(tomllib.loads(SAME))


def test_every_word_and_number_makes_a_new_version() -> None:
    texts = [ONE] + [
        ONE.replace(a, b)
        for a, b in (
            ('"b"\n', '"c"\n'),
            ("09-01", "09-02"),
            ("0.10", "0.11"),
            ('["a", "b"]', '["b", "a"]'),
            ("1000.0", "true"),
            ("1000.0", '"1000"'),
            ('metric = "n"', 'metric = "n"\nnote = ""'),
        )
    ]
    assert len({version_of(tomllib.loads(text)) for text in texts}) == len(texts)


def test_a_version_is_the_same_in_every_process_and_release() -> None:
    # Written down here: alerts of last year must find the plan that judged them.
    document = {"brand": {"name": "示例", "start_date": dt.date(2026, 9, 1)}, "kpi": [{"baseline": 0.1}]}
    assert canonical(document) == (
        '{"brand":{"name":"示例","start_date":"2026-09-01"},"kpi":[{"baseline":0.1}]}'
    )
    assert version_of(document) == "11066a7673f9"


def test_a_stored_version_loads_as_the_plan_it_was(shipped_document: dict[str, Any]) -> None:
    stored = json.loads(canonical(shipped_document))
    assert version_of(stored) == version_of(shipped_document)
    before, after = load_plan(stored), load_plan(shipped_document)
    assert {k.metric: k for k in before.kpis} == {k.metric: k for k in after.kpis}
    assert (before.brand, before.levels) == (after.brand, after.levels)


def test_changes_are_told_key_by_key_in_words(shipped_document: dict[str, Any]) -> None:
    document = copy.deepcopy(shipped_document)
    kpis = {kpi["metric"]: kpi for kpi in document["kpi"]}
    kpis["oa_open_rate"]["end"]["value"] = 0.3
    kpis["marketing_roi"]["checkpoints"][1]["value"] = 6
    kpis["oa_share_rate"]["shape"] = "s_curve"
    del document["rules"]["reminder_day"]
    document["gate"] = [gate for gate in document["gate"] if gate["metric"] != "mp_load_seconds"]
    document["gate"].reverse()
    told = changes(shipped_document, document)
    assert [line for line in told if not line.startswith("gate mp_load_seconds: ")] == [
        "kpi marketing_roi: checkpoints 18: value: 5 → 6",
        "kpi oa_open_rate: end: value: 0.25 → 0.3",
        'kpi oa_share_rate: shape: "s_curve"（新增）',
        "rules: reminder_day: 7（删去）",
    ]
    assert "gate mp_load_seconds: at_most: 2（删去）" in told
    assert "rules: reminder_day: 7 (taken out)" in changes(shipped_document, document, "en")
    assert changes(document, document) == []
