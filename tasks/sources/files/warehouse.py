"""Rows of an SQL warehouse, read by one query and held against a template like those of a file.

The address may hold secrets by name, ``postgresql://reader:{WAREHOUSE_PASSWORD}@host/db``: a password itself is
refused, because flow parameters are kept and shown.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from tasks.errors import Busy, ConfigurationError
from tasks.sources.files.grids import Cells, poured
from tasks.sources.files.offers import Offer, Raw
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.workbooks import text_of

PLACE = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
TELLING = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)
AT_ONCE = 20_000
"""Rows that the driver fetches at a time."""


def address_of(url: str, secret: Callable[[str], str]) -> sa.URL:
    """The address with its secrets in place.

    Args:
        url: SQLAlchemy address; ``{NAME}`` stands for the secret of that name.
        secret: a secret by its name.

    Raises:
        ConfigurationError: it is not an address, holds a password in plain, or names a secret that is not set.
    """
    try:
        plain = sa.make_url(PLACE.sub("named", url))
        hidden = sa.make_url(PLACE.sub("", url))
    except ArgumentError:
        raise ConfigurationError(
            "不是数据库地址，应如 postgresql://reader:{WAREHOUSE_PASSWORD}@host/db (not an SQLAlchemy address)"
        ) from None
    told = [value for name, value in hidden.query.items() if TELLING.search(name)]
    if hidden.password or any(told):
        raise ConfigurationError(
            f"{shown(plain)}：地址里不要写密码本身，请写 {{密钥名}}，并把密码放进该环境变量或 Prefect Secret "
            "(name the secret in braces instead of writing it)"
        )
    return sa.make_url(PLACE.sub(lambda found: quote(secret(found[1]), safe=""), url))


def shown(url: sa.URL) -> str:
    """An address as it may be told: no user, password or option."""
    return sa.URL.create(url.get_backend_name(), host=url.host, database=url.database).render_as_string()


def warehouse_offers(url: sa.URL, query: str, scratch: Scratch) -> list[Offer]:
    """The result of the query as a table; the database is only read.

    Raises:
        ConfigurationError: a driver is missing, the query is no question, or the database refuses it.
        Busy: the database cannot be reached.
    """
    if not re.match(r"\s*(select|with|values|table)\b", query, re.IGNORECASE):
        raise ConfigurationError("查询必须以 select 或 with 开头 (the query must be a select)")
    engine = _engine(url)
    try:
        with _connected(engine, url) as connection:
            try:
                reading = connection.execute(sa.text(query.replace(":", r"\:")))
                headers = list(reading.keys())
                raw = poured(headers, _rows(reading), 1, scratch)
            except SQLAlchemyError as error:
                raise ConfigurationError(
                    f"{shown(url)}：拒绝了查询（{_reason(error, url)}）(refused the query)"
                ) from None
            finally:
                connection.rollback()
    finally:
        engine.dispose()

    def opened(_header: int) -> Raw:
        return raw

    return [Offer("", [headers], opened)]


def _engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url, hide_parameters=True, poolclass=sa.NullPool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError(
            f"没有安装 {url.drivername} 的驱动（{error}）：PostgreSQL 请安装附加依赖 [postgres]，"
            "其他数据库请安装其 SQLAlchemy 驱动 (the driver is not installed)"
        ) from None


def _connected(engine: sa.Engine, url: sa.URL) -> sa.Connection:
    """A connection that fetches in pieces and cannot write."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise ConfigurationError(f"{shown(url)}：没有这个文件 (there is no such file)")
    reading: dict[str, Any] = {"stream_results": True, "yield_per": AT_ONCE}
    if url.get_backend_name() == "postgresql":
        reading["postgresql_readonly"] = True
    try:
        connection = engine.connect().execution_options(**reading)
        if url.get_backend_name() == "sqlite":
            connection.exec_driver_sql("pragma query_only = on")
    except SQLAlchemyError as error:
        raise Busy(f"{shown(url)}：无法连接（{_reason(error, url)}）(cannot be reached)") from None
    return connection


def _rows(reading: sa.CursorResult[Any]) -> Iterator[Cells]:
    while some := list(islice(reading, AT_ONCE)):
        for row in some:
            yield [_text(cell) for cell in row]


def _text(cell: Any) -> str | None:
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode("utf-8", errors="replace")
    return text_of(cell)


def _reason(error: Exception, url: sa.URL) -> str:
    """The database's own words, on one line and without the password."""
    original = getattr(error, "orig", None) or error
    said = " ".join(str(original).split())
    return said.replace(str(url.password), "***") if url.password else said
