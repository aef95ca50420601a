"""Check the facts against the rules of ``sql/checks`` (floor 5)."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.errors import CheckFailed
from tasks.lake.queries import queries
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def check_facts(window: Window) -> list[str]:
    """One sentence for each rule at level ``warn`` that found bad rows, none when all is well.

    Raises:
        CheckFailed: a rule at level ``fail`` found rows; nothing is measured from such facts.
    """
    warnings, failures = [], []
    with unlocked() as c:
        for query in queries("checks"):
            bad = c.engine.query(query.name, start_date=window.start, end_date=window.end).to_pylist()
            if bad:
                first = f"{bad[0]['business_date']} {bad[0]['account_id']}: {bad[0]['what']}"
                found = f"{query.title} ({len(bad)}×, {first})"
                (failures if query.level == "fail" else warnings).append(found)
    if failures:
        raise CheckFailed("; ".join(failures) + ". Nothing was measured; repair or re-pull these days first")
    return warnings
