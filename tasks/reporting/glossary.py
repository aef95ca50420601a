"""The glossary as Markdown: every metric of the catalogue in both languages, beside words that are written by hand.

catalogue + what is not computable + template → text of ``reports/glossary.md``; the same inputs give the same text
"""

from collections.abc import Iterable

import jinja2

from tasks.errors import ConfigurationError
from tasks.records import Metric, NotComputable

TEMPLATE = "glossary.md.j2"
UNITS = {
    "persons": "人 persons",
    "times": "次 times",
    "items": "单 items",
    "share": "占比 share 0–1",
    "cny": "元 CNY",
    "seconds": "秒 seconds",
    "minutes": "分钟 minutes",
    "hours": "小时 hours",
    "days": "天 days",
    "ratio": "比值 ratio",
}


def glossary(metrics: Iterable[Metric], gaps: Iterable[NotComputable], template: str) -> str:
    """The whole file.

    Args:
        metrics: the catalogue, in its order.
        gaps: what the plan asks for and nobody can compute.
        template: text of ``reports/glossary.md.j2``.

    Raises:
        ConfigurationError: the template is broken.
    """
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    try:
        return environment.from_string(template).render(
            metrics=[_metric(metric) for metric in metrics], gaps=[_gap(gap) for gap in gaps]
        )
    except jinja2.TemplateError as error:
        raise ConfigurationError(f"reports/{TEMPLATE} cannot be laid out: {error}") from error


def _metric(metric: Metric) -> dict[str, str]:
    days = metric.window_days
    return {
        "name_zh": _cell(metric.name_zh),
        "name_en": _cell(metric.name_en),
        "metric_id": metric.metric_id,
        "meaning": _cell(_both(metric.meaning_zh, metric.meaning_en)),
        "grain": _cell(_both(metric.told_grain("zh-CN"), metric.grain)),
        "formula": _cell(_both(metric.told_formula("zh-CN"), metric.formula)),
        "unit": UNITS[metric.unit],
        "strength": metric.strength,
        "window": "单日 1 day" if days == 1 else f"{days} 天 days",
        "plan_rows": ", ".join(metric.seed_rows) or "—",
    }


def _gap(gap: NotComputable) -> dict[str, str]:
    return {
        "name_zh": _cell(gap.name_zh),
        "name_en": _cell(gap.name_en),
        "entry_id": gap.entry_id,
        "reason": _cell(_both(gap.reason_zh, gap.reason_en)),
        "remedy": _cell(_both(gap.remedy_zh, gap.remedy_en)),
        "plan_rows": ", ".join(gap.seed_rows),
    }


def _both(chinese: str, english: str) -> str:
    """Chinese first; a full stop parts the two."""
    return f"{chinese if chinese.endswith(('。', '；')) else chinese + '。'}{english}"


def _cell(text: str) -> str:
    """Text that ends no cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())
