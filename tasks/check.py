"""Check the facts against the rules of ``sql/checks`` (floor 5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.errors import CheckFailed
from tasks.lake.queries import Query, queries
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def check_facts(window: Window) -> list[str]:
    """One sentence, for a reader, for each rule at level ``warn`` that found bad rows; none when all is well.

    Raises:
        CheckFailed: a rule at level ``fail`` found rows; nothing is measured from such facts.
    """
    warnings, failures = [], []
    with unlocked() as c:
        for query in queries("checks"):
            bad = c.engine.query(query.name, start_date=window.start, end_date=window.end).to_pylist()
            if bad and query.level == "fail":
                failures.append(finding(query, bad, "en"))
            elif bad:
                warnings.append(finding(query, bad, c.settings.language))
    if failures:
        raise CheckFailed("; ".join(failures) + ". Nothing was measured; repair or re-pull these days first")
    return warnings


def finding(query: Query, bad: Sequence[Mapping[str, Any]], language: str) -> str:
    """What a rule found, in the reader's language, with the first bad row as its example."""
    first = bad[0]
    where = f"{first['business_date']} {first['account_id']}"
    if language == "en":
        return f"{query.title.rstrip('.')} ({len(bad)}×, e.g. {where}: {first['what']})"
    return f"{query.title_zh.rstrip('。')}（{len(bad)} 处，例如 {where}：{first['what_zh']}）"
