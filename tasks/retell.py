"""Tell a week's content story: the page on disk, artifacts, and one message to each recipient (floor 5)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prefect import runtime, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import State

from tasks import calendars
from tasks.again import places, view_of
from tasks.calendars import Week, Window
from tasks.check import check_facts
from tasks.connections import Connections
from tasks.deliver import deliver
from tasks.errors import ConfigurationError
from tasks.finish import UNDELIVERED, ended, scheduled, undelivered
from tasks.measure import catalogue_of, plan_of
from tasks.messages import Attachment
from tasks.notifiers.routes import Route, routes
from tasks.publish import address as address_of
from tasks.publish import put, texts, write_index
from tasks.records import Delivery
from tasks.reporting.labels_to_fill import CSV, labels_to_fill
from tasks.reporting.retrospective import Report, report
from tasks.reporting.retrospective_workbook import XLSX, workbook
from tasks.retrospect import retrospective, week_of
from tasks.send import report_losses
from tasks.unlock import unlocked

REPORT = "retrospective"
"""Name of its route and of its deliveries in the ledger."""
LABELS = {
    "zh-CN": ("保留 / 停止 / 再测", "周内容复盘", "待补标签.csv", "全部报告"),
    "en": ("Keep / kill / test more", "Weekly content retrospective", "labels-to-fill.csv", "All reports"),
}
"""What the UI calls the table of verdicts, the link to the page, the list of missing labels, and the index."""


@task(cache_policy=NO_CACHE)
def write_retrospective(week: str, compare_to: str, accounts: Sequence[str], doubts: Sequence[str]) -> str:
    """The week's page on disk, the index of all reports, and what the UI shows; the page's address."""
    with unlocked() as c:
        told, page = write_page(c, week, compare_to, accounts, doubts)
        overview = write_index(c)
        verdicts, title, _, everything = LABELS[c.settings.language]
        address = address_of(c.settings, page)
    create_markdown_artifact(told.markdown, key="retrospective", description=f"{week} {told.verdict}")
    create_table_artifact(told.table, key="content-verdicts", description=f"{week} {verdicts}")
    create_link_artifact(
        address, link_text=f"{title} {week}", key="retrospective-page", description=str(page)
    )
    create_link_artifact(overview, link_text=everything, key="reports-index")
    return address


@task(cache_policy=NO_CACHE)
def send_retrospective(
    week: str,
    compare_to: str,
    accounts: Sequence[str],
    doubts: Sequence[str],
    recipients: Sequence[str] = (),
    resend: bool = False,
    to: Sequence[str] = (),
) -> list[Delivery]:
    """Claim, send and record each delivery of a week's story; failures are told through the other channels.

    Args:
        week: such as ``2026-W30``.
        compare_to: the week it is compared with.
        accounts: account ids told of; empty: all.
        doubts: what the checks of the facts found.
        recipients: mail addresses instead of the route's recipients; empty: the route.
        resend: send again what was sent, because a person asks for it.
        to: only these places (see :func:`places`); empty: the route.
    """
    with unlocked() as c:
        view = view_of(week, compare_to, accounts)
        way = routes(c.settings.document("routes")).get(REPORT, Route())
        meant = [("mail", address) for address in recipients] or places(c, REPORT, view, way, to)
        told = report_of(c, week, compare_to, accounts, doubts)
        done = deliver(c, REPORT, view, told.content_hash, told.message, meant, resend=resend)
        lost = [d for d in done if d.status in UNDELIVERED]
        if lost:
            done += report_losses(c, REPORT, view, lost)
        return done


def resend_retrospective(
    week: str, compare_to: str = "previous", accounts: Sequence[str] = (), to: Sequence[str] = ()
) -> list[Delivery]:
    """Send a view of a week again although it was sent, because a person asks for it; only ``to`` these places."""
    this, that = (str(one) for one in week_of(week, compare_to, calendars.now()))
    doubts = check_facts.fn(window_of(this))
    with unlocked() as c:
        # The figures may have changed since: the page must say what the message says.
        write_page(c, this, that, accounts, doubts)
    return send_retrospective.fn(this, that, accounts, doubts, resend=True, to=to)


def write_page(
    c: Connections, week: str, compare_to: str, accounts: Sequence[str], doubts: Sequence[str]
) -> tuple[Report, Path]:
    """The week's page on disk: what it says, and where it lies."""
    told = report_of(c, week, compare_to, accounts, doubts)
    page = page_file(c, view_of(week, compare_to, accounts))
    put(page, told.page)
    return told, page


def report_of(
    c: Connections, week: str, compare_to: str, accounts: Sequence[str], doubts: Sequence[str]
) -> Report:
    """The week's story in all its forms; the same facts give the same report.

    Raises:
        ConfigurationError: no such week or account.
    """
    this, that = week_of(week, compare_to, calendars.now())
    c.settings.accounts(list(accounts) or None)
    language, view = c.settings.language, view_of(week, compare_to, accounts)
    story = retrospective(c, this, that, accounts, doubts)
    told = report(
        story,
        catalogue_of(c),
        plan_of(c).brand.name,
        language,
        address_of(c.settings, page_file(c, view)),
        texts(),
    )
    attached = [Attachment(f"{REPORT}-{view}.xlsx", XLSX, workbook(story, catalogue_of(c), language))]
    if story.unlabelled:
        attached.append(Attachment(LABELS[language][2], CSV, labels_to_fill(story.unlabelled)))
    return replace(told, message=replace(told.message, attachments=tuple(attached)))


def page_file(c: Connections, view: str) -> Path:
    """Where the page of a view lies."""
    return c.settings.reports.resolve() / f"{REPORT}-{view}.html"


def week_run(week: str, compare_to: str) -> tuple[str, str]:
    """The week a run is about and the one it is compared with, both written ``2026-W30``."""
    this, that = week_of(week, compare_to, scheduled())
    return str(this), str(that)


def window_of(week: str) -> Window:
    """The business dates of a week."""
    return Week.parse(week, calendars.now()).window


def week_run_name() -> str:
    """A run's name with the week it means, e.g. ``weekly-content-retrospective-2026-W30``."""
    given, name = runtime.flow_run.parameters, runtime.flow_run.flow_name
    try:
        return f"{name}-{Week.parse(given['week'], scheduled())}"
    except ConfigurationError:
        return f"{name}-invalid-week"


def told_week(week: str, address: str, sent: Sequence[Delivery]) -> State[str]:
    """The run's final state: Completed with where the page is, Failed when a delivery needs a person."""
    said = [f"{week}: {address}"]
    said += [f"{sum(d.status == 'sent' for d in sent)} messages sent"] if sent else []
    return ended(said, undelivered(sent))
