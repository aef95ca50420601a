"""The weekly content retrospective: one week's content story as page, mail, chat message and artifacts.

Map: :class:`tasks.records.Retrospective` → ``story`` (words) → ``render`` (templates), ``telling`` → :class:`Report`.
The caller reads the template files; nothing here touches a disk, a clock or a network.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from tasks.errors import ConfigurationError
from tasks.messages import Message
from tasks.records import Metric, Retrospective
from tasks.reporting.retrospective import render, telling
from tasks.reporting.retrospective.render import TEMPLATES
from tasks.reporting.retrospective.story import story as told_story
from tasks.reporting.retrospective.words import words

__all__ = ["TEMPLATES", "Report", "report"]


@dataclass(frozen=True)
class Report:
    """One week in every form it is published in."""

    page: str = field(repr=False)
    """Complete HTML page that needs no other file."""
    mail: str = field(repr=False)
    """HTML mail body with inlined CSS, below the size at which clients cut; no images, no SVG."""
    text: str = field(repr=False)
    message: Message
    markdown: str = field(repr=False)
    table: list[dict[str, str]] = field(repr=False)
    """Every call with what decided it."""
    verdict: str
    content_hash: str
    """SHA-256 of what is said; the same week told from the same figures hashes the same."""


def report(
    story: Retrospective,
    metrics: Mapping[str, Metric],
    brand: str,
    language: str,
    link: str,
    texts: Mapping[str, str],
) -> Report:
    """One week's content story, told.

    Args:
        story: what the week's review is made of.
        metrics: the catalogue by metric_id, for the names of the plan's KPIs.
        brand: whose week it is.
        language: ``zh-CN`` or ``en``.
        link: where the page will be found; empty when nowhere.
        texts: file name → text of the files in :data:`TEMPLATES`.

    Raises:
        ConfigurationError: a template is missing or broken, or the language is not spoken here.
    """
    missing = [name for name in TEMPLATES if name not in texts]
    if missing:
        raise ConfigurationError(f"the retrospective needs reports/{', reports/'.join(missing)}")
    w = words(language)
    view = told_story(story, metrics, brand, language)
    mail = render.mail(view, w, link, texts)
    message = telling.message(view, w, link, mail)
    said = json.dumps(asdict(view), ensure_ascii=False, sort_keys=True)
    return Report(
        page=render.page(view, w, texts),
        mail=mail,
        text=message.text,
        message=message,
        markdown=telling.markdown(view, message, w),
        table=telling.table(view, w),
        verdict=view.verdict,
        content_hash=hashlib.sha256(said.encode()).hexdigest(),
    )
