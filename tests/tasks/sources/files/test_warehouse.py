"""A warehouse is asked with one query, over its own driver, and is only read."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tasks.calendars import SHANGHAI
from tasks.errors import Busy, ConfigurationError
from tasks.sources.files import warehouse
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.templates import Template

SOLD = (
    "create table sold (tid varchar(40), created timestamp, pay_time timestamp, payment numeric(12, 2), "
    "buyer varchar(40), items integer)",
    "insert into sold values ('E1', '2026-07-24 10:15:00', '2026-07-24 10:16:20', 258.00, 'oBuyer0001', 2), "
    "('E2', '2026-07-24 11:00:00', null, 0.10, null, 1)",
)
QUERY = "select tid, created, pay_time, payment, buyer as openid, items from sold where tid like 'E%' and ':b' = ':b'"


@pytest.fixture
def address(database_url: str) -> sa.URL:
    """A warehouse with two orders, once SQLite and once PostgreSQL."""
    url = sa.make_url(database_url)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in SOLD:
            connection.exec_driver_sql(statement)
    return url


def ask(address: sa.URL, query: str, judge: Callable[..., Any], template: Template) -> Any:
    with Scratch(memory_limit="200MB") as scratch:
        return judge(scratch, "warehouse", warehouse.warehouse_offers(address, query, scratch), [template])


def test_orders_of_a_warehouse_are_read_like_those_of_a_file(
    address: sa.URL, judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    found = ask(address, QUERY, judge, known["orders"])

    first, second = found.rows
    assert (first["order_id"], first["paid_cny"], first["items"]) == ("E1", Decimal("258.00"), 2)
    assert first["paid_at"] == dt.datetime(2026, 7, 24, 10, 16, 20, tzinfo=SHANGHAI)
    assert (first["person_key"], first["person_id_kind"]) == ("key-of-10", "openid")
    assert (second["paid_at"], second["person_key"], second["paid_cny"]) == (None, None, Decimal("0.10"))
    assert not found.quarantined


def test_a_query_that_would_change_something_changes_nothing(
    address: sa.URL, judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    with pytest.raises(ConfigurationError, match="必须以 select 或 with 开头"):
        ask(address, "delete from sold", judge, known["orders"])
    with pytest.raises(ConfigurationError, match="拒绝了查询"):
        ask(address, "with x as (select 1) delete from sold", judge, known["orders"])
    assert len(ask(address, QUERY, judge, known["orders"]).rows) == 2


def test_a_table_that_is_not_there_is_told_in_the_database_s_words(
    address: sa.URL, judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    with pytest.raises(ConfigurationError, match="nothing_here"):
        ask(address, "select * from nothing_here", judge, known["orders"])


def test_a_server_that_does_not_answer_may_answer_later(
    judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    address = warehouse.address_of(
        "postgresql+psycopg://me:{PASSWORD}@127.0.0.1:1/db", {"PASSWORD": "s3cret/@:"}.__getitem__
    )
    with pytest.raises(Busy, match="无法连接") as refused:
        ask(address, QUERY, judge, known["orders"])
    assert "s3cret" not in str(refused.value)


def test_a_file_that_is_not_there_is_not_made(
    tmp_path: Path, judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    with pytest.raises(ConfigurationError, match="没有这个文件"):
        ask(sa.make_url(f"sqlite:///{tmp_path / 'none.db'}"), QUERY, judge, known["orders"])
    assert not (tmp_path / "none.db").exists()


def test_a_driver_that_is_not_installed_is_named(
    judge: Callable[..., Any], known: dict[str, Template]
) -> None:
    for url in ("mysql+pymysql://host/db", "clickhouse+native://host/db"):
        with pytest.raises(ConfigurationError, match="没有安装"):
            ask(sa.make_url(url), QUERY, judge, known["orders"])


def test_a_secret_is_named_in_the_address_and_never_written() -> None:
    secrets = {"WAREHOUSE_PASSWORD": "a/b@c:d e+f"}
    address = warehouse.address_of(
        "postgresql://reader:{WAREHOUSE_PASSWORD}@host:5432/db", secrets.__getitem__
    )

    assert (address.username, address.password, address.host) == ("reader", "a/b@c:d e+f", "host")
    assert warehouse.shown(address) == "postgresql://host/db"


@pytest.mark.parametrize(
    "url",
    ["postgresql://reader:hunter2@host/db", "mysql://host/db?password=hunter2", "x://h/d?sslkey=hunter2"],
)
def test_a_password_in_the_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match="不要写密码本身") as refused:
        warehouse.address_of(url, str)
    assert "hunter2" not in str(refused.value)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="不是数据库地址"):
        warehouse.address_of("host/db", str)
