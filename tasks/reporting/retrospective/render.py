"""Lays the week out: a page that needs no other file, and a mail that no client cuts."""

from collections.abc import Mapping
from dataclasses import dataclass

import css_inline
from markupsafe import Markup, escape

from tasks.reporting.layout import laid_out, sheet
from tasks.reporting.retrospective import charts
from tasks.reporting.retrospective.views import CallRow, View
from tasks.reporting.words import Words

PAGE_STYLES = ("house.css", "retrospective.css")
MAIL_STYLES = ("house_mail.css", "retrospective_mail.css")
TEMPLATES = ("retrospective.html.j2", "retrospective_mail.html.j2", *PAGE_STYLES, *MAIL_STYLES)
"""Files of ``reports/`` that the week is laid out with."""
MAIL_BYTES = 100_000
"""Mail clients cut at 102 KB."""


@dataclass(frozen=True)
class Fit:
    """How much of the week a mail tells."""

    items: int
    rows: int
    text: int
    """Characters of one text."""
    is_whole: bool = True
    """False: verdict, calls, reds and tiles only."""


FITS = (
    Fit(12, 12, 300),
    Fit(8, 8, 160),
    Fit(5, 6, 80),
    Fit(0, 5, 60),
    Fit(0, 12, 80, is_whole=False),
    Fit(0, 6, 40, is_whole=False),
)
"""The first that fits is sent; the last always does."""


def page(view: View, w: Words, texts: Mapping[str, str]) -> str:
    """The week as a page.

    Raises:
        ConfigurationError: the template is broken.
    """
    bounds = charts.scale([row.range for row in (*view.kills, *view.keeps, *view.tests)])

    def interval(row: CallRow) -> Markup:
        return charts.interval(row.range, bounds, row.call, row.says) if row.range else Markup("")

    told = {"d": view, "w": w, "interval": interval, "drop_off": charts.drop_off, "spark": charts.spark}
    return laid_out("retrospective.html.j2", texts, {**told, "css": sheet(texts, PAGE_STYLES)})


def mail(view: View, w: Words, link: str, texts: Mapping[str, str]) -> str:
    """The week as a mail body with inlined CSS: as much as fits below :data:`MAIL_BYTES`.

    Raises:
        ConfigurationError: the template is broken.
    """
    css = sheet(texts, MAIL_STYLES)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True, keep_at_rules=True)
    body = ""
    for fit in FITS:
        # An address that is cut leads nowhere, so it is no text.
        told = {"d": view, "w": w, "link": escape(link), "fit": fit, "css": css}
        whole = laid_out("retrospective_mail.html.j2", texts, told, fit.text)
        body = inliner.inline(whole)
        if len(body.encode()) <= MAIL_BYTES:
            break
    return body
