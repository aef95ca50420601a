"""A metric of the catalogue about which a case says only what matters to it."""

from typing import Any

from tasks.records import Metric


def some_metric(metric_id: str = "m", **told: Any) -> Metric:
    anything = {
        "name_zh": "指标",
        "name_en": "metric",
        "unit": "minutes",
        "direction": "up",
        "grain": "day",
        "window_days": 1,
        "numerator": "n",
        "numerator_zh": "分子",
        "numerator_en": "top",
        "formula": "f",
        "strength": "own",
        "source": "s",
        "query": "q",
        "inputs": (),
    }
    return Metric(metric_id=metric_id, **{**anything, **told})
