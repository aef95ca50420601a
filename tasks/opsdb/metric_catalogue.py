"""What every number means, beside the numbers: for BI tools, which cannot read the catalogue's file."""

from collections.abc import Iterable

import sqlalchemy as sa

from tasks.opsdb.schema import metric_catalogue
from tasks.opsdb.transactions import upsert, writing
from tasks.records import Metric


def write(engine: sa.Engine, metrics: Iterable[Metric]) -> None:
    """Put the metrics as they are now; one that left the catalogue stays, for its values stay too."""
    told = [c.name for c in metric_catalogue.c if c.name not in ("plan_rows", "inputs")]
    rows = [
        {name: getattr(metric, name) for name in told}
        | {
            "plan_rows": ", ".join(metric.seed_rows),
            "inputs": ", ".join((*metric.inputs, *metric.imports, *metric.exact_with)),
        }
        for metric in metrics
    ]
    with writing(engine) as connection:
        upsert(connection, metric_catalogue, rows)
