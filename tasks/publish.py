"""Publish what the catalogue says: the catalogue page beside the digests, and the glossary (floor 5)."""

from collections.abc import Mapping
from os.path import commonprefix
from pathlib import Path
from secrets import token_hex

from tasks import settings
from tasks.alerts.plan import Plan
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.measure import catalogue_of, plan_of, titles_of
from tasks.metrics import catalogue
from tasks.opsdb import alerts, metrics
from tasks.records import Metric, NotComputable
from tasks.reporting.catalogue_page import DAYS, Known, catalogue_page
from tasks.reporting.glossary import TEMPLATE as GLOSSARY
from tasks.reporting.glossary import glossary
from tasks.reporting.index import Entry, index
from tasks.settings import HOME, Settings
from tasks.unlock import unlocked

TEXTS = HOME / "reports"
OF_FAMILY = {
    "identity": "technology",
    "oa_followers": "operations",
    "oa_churn": "operations",
    "orders": "operations",
    "channels": "content",
    "campaign_roi": "operations",
    "budget": "management",
    "content_mix": "content",
    "alerts": "management",
}
"""Owners of the queries that measure nothing the plan judges, by the keys of the shipped plan."""
PAGE = "catalogue.html"


def write_catalogue() -> tuple[str, Path]:
    """The catalogue page of the newest day measured, and the index beside it; the page's address, and the file."""
    with unlocked() as c:
        known = known_of(c)
        page = c.settings.reports.resolve() / PAGE
        put(page, catalogue_page(known, c.settings.language, texts()))
        write_index(c)
        return address(c.settings, page), page


def known_of(c: Connections) -> Known:
    """Everything the catalogue page tells."""
    language, plan, day = (
        c.settings.language,
        plan_of(c),
        metrics.last_day(c.database),
    )
    known = catalogue_of(c)
    return Known(
        day=day,
        metrics=known,
        gaps=list(gaps_of(c.settings, known).values()),
        values=metrics.read(c.database, Window.ending(day, DAYS), dimension="") if day else [],
        alerts=alerts.of(c.database, day) if day else [],
        owners={
            metric: plan.owners[owner].name(language) for metric, owner in owners_of(plan, known).items()
        },
        endpoints=c.settings.registry(),
        imports=titles_of(c),
        accounts={account.account_id: account.name for account in c.settings.accounts()},
        brand=plan.brand.name,
    )


def write_index(c: Connections) -> str:
    """The page that lists every report by period; its address."""
    folder = c.settings.reports.resolve()
    pages = [Entry.of(path.name) for path in folder.glob("*.html") if path.name != "index.html"]
    page = folder / "index.html"
    put(page, index([entry for entry in pages if entry], plan_of(c).brand.name, c.settings.language, texts()))
    return address(c.settings, page)


def owners_of(plan: Plan, known: Mapping[str, Metric]) -> dict[str, str]:
    """Who answers for each metric, by the plan's key of the owner.

    The plan names the owner of what it judges. What is only watched belongs to whoever owns the metric of the same
    query that is named most alike, else to :data:`OF_FAMILY`, else to the plan's first owner.
    """
    named = {entry.metric: entry.owner for entry in (*plan.relatives, *plan.entries.values())}
    first = next(iter(plan.owners))
    owners = {}
    for metric_id, metric in known.items():
        family = [m for m, other in known.items() if m in named and other.query == metric.query]
        nearest = max(family, key=lambda m: len(commonprefix([m, metric_id])), default="")
        usual = OF_FAMILY.get(metric.query, first)
        owners[metric_id] = (
            named.get(metric_id) or named.get(nearest) or (usual if usual in plan.owners else first)
        )
    return owners


def gaps_of(here: Settings, known: Mapping[str, Metric]) -> dict[str, NotComputable]:
    """What the plan asks for and nobody can compute, by id."""
    return catalogue.gaps(here.document("not_computable"), known, here.endpoints())


def glossary_text() -> str:
    """The glossary as the catalogue would have it today."""
    here = settings.load()
    known = catalogue.read(here.document("metrics"), here.endpoints())
    return glossary(
        known.values(), gaps_of(here, known).values(), (TEXTS / GLOSSARY).read_text(encoding="utf-8")
    )


def write_glossary() -> Path:
    """``reports/glossary.md`` anew."""
    place = TEXTS / GLOSSARY.removesuffix(".j2")
    put(place, glossary_text())
    return place


def texts() -> dict[str, str]:
    """The templates and style sheets of reports, by file name."""
    return {file.name: file.read_text(encoding="utf-8") for file in TEXTS.iterdir() if file.is_file()}


def put(place: Path, text: str) -> None:
    """A text on disk in one step: a reader finds the former one or the new one, never half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    # Two runs may write the same page at once, so each has a draft of its own.
    draft = place.with_name(f"{place.name}.{token_hex(8)}.tmp")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def address(here: Settings, page: Path) -> str:
    """What a reader clicks: the published address, or the file itself when none is set."""
    base = here.report_url.rstrip("/")
    return f"{base}/{page.name}" if base else page.as_uri()
