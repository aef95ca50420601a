"""The daily digest: one business date's judgement as page, mail, chat message and artifacts.

Map: alerts + values + trust → :func:`tasks.reporting.story.story` (words) → templates → :class:`Digest`.
The caller reads the template files; nothing here touches a disk, a clock or a network.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import css_inline

from tasks.errors import ConfigurationError
from tasks.messages import Message
from tasks.records import AlertRow, Contribution, Metric, MetricValue, Notice, Trust
from tasks.reporting import telling
from tasks.reporting.layout import laid_out, sheet
from tasks.reporting.story import story
from tasks.reporting.words import words

PAGE_STYLES = ("house.css", "digest.css")
MAIL_STYLES = ("house_mail.css", "digest_mail.css")
TEMPLATES = ("digest.html.j2", "digest_mail.html.j2", *PAGE_STYLES, *MAIL_STYLES)
"""Files of ``reports/`` that the digest is laid out with."""


@dataclass(frozen=True)
class Digest:
    """One digest in every form it is published in."""

    page: str = field(repr=False)
    """Complete HTML page that needs no other file."""
    mail: str = field(repr=False)
    """HTML mail body with inlined CSS; tables and bars only, no images, no SVG."""
    text: str = field(repr=False)
    message: Message
    markdown: str = field(repr=False)
    table: list[dict[str, str]] = field(repr=False)
    verdict: str
    content_hash: str
    """SHA-256 of what is said; the same day told from the same figures hashes the same."""


def digest(
    day: dt.date,
    alerts: Sequence[AlertRow],
    values: Sequence[MetricValue],
    earlier: Sequence[MetricValue],
    trust: Trust,
    metrics: Mapping[str, Metric],
    not_measured: Sequence[str],
    brand: str,
    language: str,
    link: str,
    templates: Mapping[str, str],
    causes: Sequence[Contribution] = (),
    accounts: Mapping[str, str] | None = None,
    notices: Sequence[Notice] = (),
    playbooks: Mapping[str, Sequence[str]] | None = None,
    scale: float = 1,
) -> Digest:
    """The digest of one business date.

    Args:
        day: the business date told about.
        alerts: one judgement per KPI, already levelled.
        values: metric values of ``day``; shares 0–1.
        earlier: the same metrics on the day before and 7 days before.
        trust: how far the day's data can be trusted.
        metrics: the catalogue by metric_id.
        not_measured: names of KPIs without a data source, in the reader's language.
        brand: whose digest it is.
        language: ``zh-CN`` or ``en``.
        link: where the page will be found; empty when nowhere.
        templates: file name → text of the files in :data:`TEMPLATES`.
        causes: why the numbers of ``alerts`` moved.
        accounts: account id → its name, for the causes.
        notices: what else needs a person on ``day``: milestones, budgets, incidents, churn.
        playbooks: what to try, by key of the alert or notice.
        scale: the plan's counts of persons are taken times this.

    Raises:
        ConfigurationError: a template is missing or broken, a judged KPI is not in the catalogue, or the
            language is not spoken here.
    """
    missing = [name for name in TEMPLATES if name not in templates]
    if missing:
        raise ConfigurationError(f"the digest needs reports/{', reports/'.join(missing)}")
    w = words(language)
    view = story(
        day, alerts, values, earlier, trust, metrics, not_measured, brand, language, causes, accounts,
        notices, playbooks, scale,
    )  # fmt: skip
    told = {"d": view, "w": w, "link": link}
    page = laid_out("digest.html.j2", templates, {**told, "css": sheet(templates, PAGE_STYLES)})
    plain_mail = laid_out("digest_mail.html.j2", templates, {**told, "css": sheet(templates, MAIL_STYLES)})
    mail = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True).inline(plain_mail)
    message = telling.message(view, w, link, mail)
    said = json.dumps(asdict(view), ensure_ascii=False, sort_keys=True)
    return Digest(
        page=page,
        mail=mail,
        text=message.text,
        message=message,
        markdown=telling.markdown(view, message, w),
        table=telling.table(view, w),
        verdict=view.verdict,
        content_hash=hashlib.sha256(said.encode()).hexdigest(),
    )
