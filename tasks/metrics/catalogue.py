"""The metric catalogue: ``sql/catalogue/metrics.toml`` as records.

The only place that knows what a number means; queries measure it, the glossary explains it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from tasks.errors import ConfigurationError
from tasks.records import Metric


def read(document: Mapping[str, Any], endpoints: Collection[str] | None = None) -> dict[str, Metric]:
    """The catalogue by metric id, in the order of the document.

    Args:
        document: the parsed ``metrics.toml``; a table per metric, its name is the metric id.
        endpoints: known endpoint names; given, every input must be one of them.

    Raises:
        ConfigurationError: an entry lacks a field, has an unknown or a wrong one, or names an input that is
            no endpoint; the message names the entry and the field.
    """
    return {metric_id: _metric(metric_id, entry, endpoints) for metric_id, entry in document.items()}


def measured_by(catalogue: Mapping[str, Metric], query: str) -> dict[str, Metric]:
    """The metrics that one file of ``sql/metrics`` (or ``outcomes``, ``ledger``) measures."""
    return {metric_id: metric for metric_id, metric in catalogue.items() if metric.query == query}


def _metric(metric_id: str, entry: object, endpoints: Collection[str] | None) -> Metric:
    where = f"metrics.toml [{metric_id}]"
    if not isinstance(entry, Mapping):
        raise ConfigurationError(f"{where}: write a table of fields, not {type(entry).__name__}")
    if "metric_id" in entry:
        raise ConfigurationError(f"{where} metric_id: the table's name is the id; take the field out")
    try:
        metric = Metric.model_validate({"metric_id": metric_id, **entry})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{where} {faults}") from None
    if metric.unit in {"share", "ratio"} and not metric.denominator:
        raise ConfigurationError(f"{where} denominator: a {metric.unit} needs one")
    for label in ("denominator_zh", "denominator_en"):
        if bool(getattr(metric, label)) != bool(metric.denominator):
            raise ConfigurationError(f"{where} {label}: a label goes with a denominator, and only with one")
    unknown = sorted(set(metric.inputs) - set(endpoints)) if endpoints is not None else []
    if unknown:
        raise ConfigurationError(f"{where} inputs: {', '.join(unknown)} not in endpoints.toml")
    return metric
