"""Write a day's digest: the page on disk, and what the Prefect UI shows of it (floor 5)."""

import datetime as dt
from pathlib import Path

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from tasks import settings
from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.gauge import as_told
from tasks.measure import catalogue_of, cells_of, plan_of, trust_of
from tasks.metrics.matrix import legend, matrix
from tasks.opsdb import alerts, causes, metrics, notices
from tasks.publish import address as address_of
from tasks.publish import put, texts, write_catalogue
from tasks.reporting.digest import Digest, digest
from tasks.suggest import playbooks_for
from tasks.unlock import unlocked

LABELS = {
    "zh-CN": (
        "KPI × 计划 × 实际 × 落后 × 等级",
        "日报",
        f"数据完整度：来源 × 日期（{legend('zh-CN')}）",
        "指标目录",
    ),
    "en": (
        "KPI × expected × actual × lag × level",
        "Digest",
        f"Data completeness: source × day ({legend('en')})",
        "Metric catalogue",
    ),
}
"""What the UI calls the KPI table, the link to the page, the table of cells and the link to the catalogue."""
FORTNIGHT = 14
"""Days of the table of cells: what the next runs still ask again for."""


@task(cache_policy=NO_CACHE)
def write_digest(day: dt.date, warnings: list[str]) -> str:
    """The digest page of a business date on disk and as artifacts; the page's address."""
    report, address, page = write_page(day, warnings)
    columns, link, cells, numbers = LABELS[settings.load().language]
    create_markdown_artifact(report.markdown, key="digest", description=f"{day} {report.verdict}")
    create_table_artifact(report.table, key="kpi-progress", description=f"{day} {columns}")
    create_table_artifact(matrix_of(day), key="data-completeness", description=f"{day} {cells}")
    create_link_artifact(address, link_text=f"{link} {day}", key="digest-page", description=str(page))
    meaning, catalogue = write_catalogue()
    create_link_artifact(meaning, link_text=numbers, key="catalogue-page", description=str(catalogue))
    return address


def matrix_of(day: dt.date) -> list[dict[str, str]]:
    """The cells of every source over the fortnight that ends on ``day``."""
    with unlocked() as c:
        return matrix(cells_of(c), Window.ending(day, FORTNIGHT), c.settings.language)


def write_page(day: dt.date, warnings: list[str]) -> tuple[Digest, str, Path]:
    """The digest, its address, and the file it was written to in one step."""
    with unlocked() as c:
        report = digest_of(c, day, warnings)
        page = page_file(c, day)
        put(page, report.page)
        return report, page_address(c, day), page


def digest_of(c: Connections, day: dt.date, warnings: list[str]) -> Digest:
    """The digest of a day from what was measured and judged; the same inputs give the same digest."""
    plan = plan_of(c)
    judged, beside, why = alerts.of(c.database, day), notices.of(c.database, day), causes.of(c.database, day)
    week = [day - ONE_DAY, day - 7 * ONE_DAY]
    return digest(
        day=day,
        alerts=as_told(c, judged),
        values=metrics.read(c.database, Window.of_day(day)),
        earlier=[v for d in week for v in metrics.read(c.database, Window.of_day(d))],
        trust=trust_of(c, Window.of_day(day), warnings),
        metrics=catalogue_of(c),
        not_measured=plan.not_measured(c.settings.language),
        brand=plan.brand.name,
        language=c.settings.language,
        link=page_address(c, day),
        templates=texts(),
        causes=why,
        accounts={account.account_id: account.name for account in c.settings.accounts()},
        notices=as_told(c, beside),
        playbooks=playbooks_for(c, [*judged, *beside], why),
        scale=float(plan.brand.population_scale),
    )


def page_file(c: Connections, day: dt.date) -> Path:
    """Where the day's page lies."""
    return c.settings.reports.resolve() / f"digest-{day}.html"


def page_address(c: Connections, day: dt.date) -> str:
    """What a reader clicks: the published address, or the file itself when none is set."""
    return address_of(c.settings, page_file(c, day))
