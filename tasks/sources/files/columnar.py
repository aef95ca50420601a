"""Parquet files, their typed columns written down as text so that one rule decides for all files."""

from pathlib import Path

import duckdb

from tasks.errors import ConfigurationError
from tasks.sources.files.offers import Offer, Raw
from tasks.sources.files.scratch import Scratch, quoted

EXACT = 1e15
"""A float beyond it does not say which whole number was meant."""


def parquet_offers(path: Path, scratch: Scratch) -> list[Offer]:
    """The columns of a Parquet file; moments without a zone are China time.

    Raises:
        ConfigurationError: the file is damaged.
    """
    source = f"read_parquet({quoted(str(scratch.linked(path)))}, hive_partitioning = false)"
    try:
        columns = [(name, kind) for name, kind, *_ in scratch.rows(f"describe select * from {source}")]
    except duckdb.Error as error:
        raise ConfigurationError(
            f"{path.name}：不是完整的 Parquet 文件（{str(error).splitlines()[0]}）(damaged)"
        ) from None

    def opened(_header: int) -> Raw:
        values = ", ".join(f"{_as_text(name, kind)} as c{n}" for n, (name, kind) in enumerate(columns))
        return Raw([name for name, _ in columns], f"select {values} from {source}", 1)

    return [Offer("", [[name for name, _ in columns]], opened)]


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind in {"DOUBLE", "FLOAT"}:
        return (
            f"case when abs({column}) >= {EXACT:.0f} then printf('%e', {column}::double) "
            f"when {column} = trunc({column}) then {column}::bigint::varchar "
            f"else round({column}::double, 8)::varchar end"
        )
    if kind.startswith(("STRUCT", "MAP", "JSON")) or kind.endswith("[]"):
        return f"to_json({column})::varchar"
    return f"{column}::varchar"
