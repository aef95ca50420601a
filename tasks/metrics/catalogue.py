"""The metric catalogue: ``sql/catalogue/metrics.toml`` as records, and what of the plan it cannot tell.

The only place that knows what a number means; queries measure it, the glossary explains it.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from tasks.errors import ConfigurationError
from tasks.records import Frozen, Metric, NotComputable

Entry = TypeVar("Entry", bound=Frozen)


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


def gaps(
    document: Mapping[str, Any],
    catalogue: Collection[str] = (),
    endpoints: Collection[str] | None = None,
    templates: Collection[str] | None = None,
) -> dict[str, NotComputable]:
    """What of the plan cannot be computed today, by id, in the order of the document.

    Args:
        document: the parsed ``not_computable.toml``; a table per entry, its name is the id.
        catalogue: known metric ids; none of them may be among the entries.
        endpoints: known endpoint names; given, every interface must be one of them.
        templates: known import templates; given, every import must be one of them.

    Raises:
        ConfigurationError: an entry lacks a field, has an unknown or a wrong one, or names something that does
            not exist or is measured by now; the message names the entry and the field.
    """
    found = {}
    for entry_id, fields in document.items():
        where = f"not_computable.toml [{entry_id}]"
        entry = found[entry_id] = _entry(NotComputable, "entry_id", entry_id, fields, where)
        if entry_id in catalogue:
            raise ConfigurationError(f"{where}: metrics.toml measures it by now; take the entry out")
        _known(f"{where} interfaces", entry.interfaces, endpoints, "endpoints.toml")
        _known(f"{where} imports", entry.imports, templates, "templates.toml")
    return found


def _metric(metric_id: str, fields: object, endpoints: Collection[str] | None) -> Metric:
    where = f"metrics.toml [{metric_id}]"
    metric = _entry(Metric, "metric_id", metric_id, fields, where)
    if metric.unit in {"share", "ratio"} and not metric.denominator:
        raise ConfigurationError(f"{where} denominator: a {metric.unit} needs one")
    for label in ("denominator_zh", "denominator_en"):
        if bool(getattr(metric, label)) != bool(metric.denominator):
            raise ConfigurationError(f"{where} {label}: a label goes with a denominator, and only with one")
    _known(f"{where} inputs", metric.inputs, endpoints, "endpoints.toml")
    return metric


def _entry(kind: type[Entry], id_field: str, key: str, fields: object, where: str) -> Entry:
    if not isinstance(fields, Mapping):
        raise ConfigurationError(f"{where}: write a table of fields, not {type(fields).__name__}")
    if id_field in fields:
        raise ConfigurationError(f"{where} {id_field}: the table's name is the id; take the field out")
    try:
        return kind.model_validate({id_field: key, **fields})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{where} {faults}") from None


def _known(where: str, named: Collection[str], known: Collection[str] | None, file: str) -> None:
    unknown = sorted(set(named) - set(known)) if known is not None else []
    if unknown:
        raise ConfigurationError(f"{where}: {', '.join(unknown)} not in {file}")
