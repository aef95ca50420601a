import datetime as dt

import pytest

from tasks.metrics.completeness import Cells
from tasks.metrics.impact import Impact
from tasks.records import Account, Cell, Endpoint, Metric, Outcome, SourceKind, Verdict
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 3, 10)


def endpoint(name: str, **told: object) -> Endpoint:
    anything = {"kind": "official_account", "path": "/p", "title": f"题{name}", "ready": dt.time(8)}
    return Endpoint(name=name, page="p", read_on=DAY, datasets=("land_x",), **{**anything, **told})


def named(metric_id: str, *inputs: str) -> Metric:
    return some_metric(metric_id, name_zh=f"数{metric_id}", name_en=f"number {metric_id}", inputs=inputs)


METRICS = {
    m.metric_id: m
    for m in (
        named("a", "oa.x"),
        named("b", "oa.x", "oa.y"),
        named("c", "oa.x"),
        named("d", "oa.x"),
        named("e"),
        named("f", "oa.y"),
    )
}
REGISTRY = {
    e.name: e
    for e in (
        endpoint("oa.x", replaced_by=("oa.y", "oa.new")),
        endpoint("oa.y"),
        endpoint("oa.new"),
        endpoint("oa.fed", metrics=("e",)),
        endpoint("oa.idle"),
    )
}
IMPACT = Impact(METRICS, REGISTRY, kpis=["d", "b"])


def test_the_plans_kpis_are_named_before_other_metrics() -> None:
    assert IMPACT.told(["oa.x"], "zh-CN") == "以下 2 个 KPI 会变灰：数b、数d；另有 2 个指标"
    assert IMPACT.told(["oa.x"], "en") == "2 KPIs turn grey: number b, number d; and 2 other metrics"


def test_an_endpoint_that_feeds_no_kpi_names_its_metrics() -> None:
    assert IMPACT.told(["oa.fed"], "zh-CN") == "以下 1 个指标会变灰：数e"
    assert IMPACT.told(["oa.fed"], "en") == "1 metric turns grey: number e"


def test_several_endpoints_count_a_metric_once() -> None:
    assert IMPACT.told(["oa.x", "oa.y"], "zh-CN") == "以下 2 个 KPI 会变灰：数b、数d；另有 3 个指标"


def test_an_endpoint_that_nothing_reads_has_no_consequence() -> None:
    assert IMPACT.told(["oa.idle"], "zh-CN") == ""
    assert IMPACT.briefly(REGISTRY["oa.idle"], "zh-CN") == ""


def test_a_digest_names_three_and_the_number_of_all_and_the_replacement() -> None:
    assert IMPACT.briefly(REGISTRY["oa.x"], "zh-CN") == (
        "→ 将变灰：数b、数d、数a 等 4 个；替代：题oa.y、题oa.new"
    )
    assert IMPACT.briefly(REGISTRY["oa.x"], "en") == (
        "→ turns grey: number b, number d, number a and 1 more; instead: oa.y, oa.new"
    )


def test_a_long_list_is_cut_at_eight() -> None:
    many = {f"m{n}": named(f"m{n}", "oa.x") for n in range(11)}
    told = Impact(many, REGISTRY, many).told(["oa.x"], "zh-CN")
    assert told.startswith("以下 11 个 KPI 会变灰：数m0、")
    assert told.endswith("、数m7 等 11 个")


ACCOUNT = Account(
    account_id="a", kind=SourceKind.official_account, name="名a", app_id="x", secret="S", base_url="u"
)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("47009", " → 将变灰：数b、数d、数a 等 4 个；替代：题oa.y、题oa.new"),
        ("48001", " → 将变灰：数b、数d、数a 等 4 个；替代：题oa.y、题oa.new"),
        ("-1", ""),
        ("http 502", ""),
    ],
)
def test_the_trust_line_says_what_a_withdrawn_or_refused_interface_takes_along(code: str, told: str) -> None:
    at = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
    failed = Outcome(Cell("a", "oa.x", DAY), Verdict.error, 0, DAY, at, code, "words")
    cells = Cells([failed], {"oa.x": REGISTRY["oa.x"]}, [ACCOUNT])

    (line,) = cells.trust(DAY, impact=IMPACT).failed

    plain = cells.trust(DAY).failed[0]
    assert line == plain + told
