import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from tasks.calendars import SHANGHAI, Window
from tasks.errors import BadRequest, ConfigurationError, UnexpectedShape
from tasks.lake.store import Lake

Figures = Callable[..., dict[str, Any]]
DAY = dt.date(2026, 7, 1)
JULY = Window(DAY, dt.date(2026, 8, 1))
MOMENT = dt.datetime(2026, 7, 1, 16, 30, 0, 123456, dt.UTC)


def days(lake: Lake, account_id: str = "oa") -> list[tuple[int, int]]:
    return [
        ((row["business_date"] - DAY).days, row["followers"])
        for row in lake.rows("land_day")
        if row["account_id"] == account_id
    ]


def test_every_type_comes_back_as_it_was_written(lake: Lake, figures: Figures) -> None:
    row = figures(
        followers=2**53 + 1, share=0.1, paid_cny=Decimal("12345678901234.56"), is_final=False,
        read_at=MOMENT.astimezone(SHANGHAI), remark="公众号 'x' \n",
    )  # fmt: skip
    lake.replace("land_day", [row])
    assert lake.rows("land_day") == [row]
    assert lake.rows("land_day")[0]["read_at"].utcoffset() == dt.timedelta(0)


def test_a_dataset_that_was_never_written_is_empty(lake: Lake) -> None:
    assert not lake.exists("land_day")
    assert lake.files("land_day") == []
    assert lake.newest("land_day") == (None, [])
    assert lake.rows("land_day") == []
    assert len(lake.rows("land_day")) == 0


def test_replacing_a_slice_twice_changes_nothing(lake: Lake, figures: Figures) -> None:
    rows = [figures(n, channel=c) for n in range(31) for c in (0, 1)]
    for _ in range(2):
        assert lake.replace("land_day", rows, account_id="oa", window=JULY) == 62
        assert len(lake.rows("land_day")) == 62


def test_only_the_slice_is_replaced(lake: Lake, figures: Figures) -> None:
    everything = [figures(n, a) for n in range(-2, 3) for a in ("oa", "mp")]
    lake.replace("land_day", everything)
    window = Window(DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1))
    lake.replace(
        "land_day", [figures(-1, followers=9), figures(0, followers=9)], account_id="oa", window=window
    )
    assert days(lake) == [(-2, 1), (-1, 9), (0, 9), (1, 1), (2, 1)]
    assert days(lake, "mp") == [(n, 1) for n in range(-2, 3)]


def test_fewer_rows_than_before_leave_no_old_ones_behind(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(0, channel=c) for c in range(5)], account_id="oa", window=JULY)
    lake.replace("land_day", [figures(0, channel=7)], account_id="oa", window=JULY)
    assert [row["channel"] for row in lake.rows("land_day")] == [7]


def test_no_rows_only_delete(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in range(3)])
    assert lake.replace("land_day", [], account_id="oa", window=Window.of_day(DAY)) == 0
    assert days(lake) == [(1, 1), (2, 1)]
    assert lake.replace("land_day", [], account_id="nobody") == 0
    assert len(lake.rows("land_day")) == 2
    lake.replace("land_day", [])
    assert len(lake.rows("land_day")) == 0


def test_an_empty_window_replaces_nothing(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures()])
    assert lake.replace("land_day", [], account_id="oa", window=Window(DAY, DAY)) == 0
    assert len(lake.rows("land_day")) == 1


def test_deleted_rows_are_gone_from_the_files_themselves(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in range(9)])
    lake.replace("land_day", [], account_id="oa", window=Window.of_day(DAY))
    with duckdb.connect() as connection:
        found = connection.sql("select count(*) from read_parquet($f)", params={"f": lake.files("land_day")})
        assert found.fetchall() == [(8,)]
    assert "deletionVectors" not in (DeltaTable(lake.uri("land_day")).protocol().writer_features or [])


def test_a_replace_is_one_version(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in range(60)])
    before = DeltaTable(lake.uri("land_day")).version()
    lake.replace("land_day", [figures(n, followers=2) for n in range(60)], account_id="oa")
    assert DeltaTable(lake.uri("land_day")).version() == before + 1


@pytest.mark.parametrize("account_id", ["品牌 号", "it's", "a/b=c", "100%", "'; drop"])
def test_any_account_name_works_as_a_partition(lake: Lake, figures: Figures, account_id: str) -> None:
    lake.replace("land_day", [figures(0, account_id), figures(0, "other")])
    lake.replace("land_day", [figures(0, account_id, followers=5)], account_id=account_id, window=JULY)
    assert days(lake, account_id) == [(0, 5)]
    assert days(lake, "other") == [(0, 1)]


@pytest.mark.parametrize("folder", ["运营 数据", "it's", "50% off", "a+b #1", "a=b/c"])
def test_the_lake_may_lie_in_any_folder(tmp_path: Path, lake: Lake, figures: Figures, folder: str) -> None:
    there = Lake(str(tmp_path / folder), declarations=lake.declarations)
    there.replace("land_day", [figures(0, "品牌 号"), figures(1, "品牌 号")])
    there.replace("land_day", [figures(0, "品牌 号", followers=5)], account_id="品牌 号", window=JULY)
    assert days(there, "品牌 号") == [(0, 5)]
    assert all(Path(file).is_file() for file in there.files("land_day"))
    assert there.tidy("land_day") == 0
    assert days(there, "品牌 号") == [(0, 5)]


@pytest.mark.parametrize("folder", ["备份[1]", "100%25"])
def test_a_folder_in_which_no_table_can_be_opened_is_refused_by_name(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ConfigurationError, match="请换一个文件夹") as found:
        Lake(str(tmp_path / folder))
    assert folder in str(found.value)


def test_a_dataset_without_slice_is_replaced_whole(lake: Lake) -> None:
    lake.replace("fct_whole", [{"account_id": "a", "followers": 1, "share": None}], window=JULY)
    lake.replace("fct_whole", pa.table({"share": [0.5], "followers": [2], "account_id": ["b"]}), window=JULY)
    assert lake.rows("fct_whole") == [{"account_id": "b", "followers": 2, "share": 0.5}]


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        ({"followers": "3"}, "land_day.followers", "str"),
        ({"followers": 1.5}, "land_day.followers", "float"),
        ({"followers": True}, "land_day.followers", "bool"),
        ({"followers": 2**70}, "land_day.followers", "does not fit"),
        ({"channel": 2**40}, "land_day.channel", "does not fit"),
        ({"share": "0.5"}, "land_day.share", "str"),
        ({"paid_cny": 0.1}, "land_day.paid_cny", "float"),
        ({"paid_cny": Decimal("0.001")}, "land_day.paid_cny", "does not fit"),
        ({"is_final": 1}, "land_day.is_final", "int"),
        ({"remark": 5}, "land_day.remark", "int"),
        ({"business_date": "2026-07-01"}, "land_day.business_date", "str"),
        ({"business_date": MOMENT}, "land_day.business_date", "datetime"),
        ({"read_at": dt.datetime(2026, 7, 1)}, "land_day.read_at", "datetime"),  # noqa: DTZ001
        ({"business_date": None}, "land_day.business_date", "null"),
        ({"channel": None}, "land_day.channel", "null"),
        ({"account_id": "mp"}, "land_day.account_id", "other accounts"),
        ({"business_date": dt.date(2026, 8, 1)}, "land_day.business_date", "outside the window"),
        ({"unknown": 1}, "land_day", "unknown"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_column_and_nothing_is_written(
    lake: Lake, figures: Figures, change: dict[str, Any], column: str, what: str
) -> None:
    lake.replace("land_day", [figures(3)])
    with pytest.raises(UnexpectedShape) as caught:
        lake.replace("land_day", [figures(), figures(1) | change], account_id="oa", window=JULY)
    assert column in str(caught.value)
    assert what in str(caught.value)
    assert days(lake) == [(3, 1)]


def test_a_missing_column_is_refused_by_name(lake: Lake, figures: Figures) -> None:
    row = figures()
    del row["share"]
    with pytest.raises(UnexpectedShape, match=r"land_day.*needs share"):
        lake.replace("land_day", [row])
    assert not lake.exists("land_day")


def test_two_rows_with_one_key_are_refused_by_key(lake: Lake, figures: Figures) -> None:
    with pytest.raises(
        UnexpectedShape, match=r"2 rows share the key account_id=oa, business_date=2026-07-01"
    ):
        lake.replace("land_day", [figures(followers=1), figures(followers=2), figures(1)])


@pytest.mark.parametrize(
    ("table", "what"),
    [
        (pa.table({"account_id": ["a"], "followers": ["1"], "share": [0.5]}), "fct_whole.followers"),
        (pa.table({"account_id": ["a"], "followers": [1.5], "share": [0.5]}), "fct_whole.followers"),
        (pa.table({"account_id": [1], "followers": [1], "share": [0.5]}), "fct_whole.account_id"),
        (pa.table({"account_id": ["a"], "followers": [1]}), "share"),
    ],
)
def test_a_table_of_other_columns_is_refused(lake: Lake, table: pa.Table, what: str) -> None:
    with pytest.raises(UnexpectedShape, match=what):
        lake.replace("fct_whole", table)


def test_numbers_of_a_table_become_the_declared_ones(lake: Lake) -> None:
    wide = pa.table(
        {
            "account_id": pa.array(["a", "b"], pa.large_string()),
            "followers": pa.array([Decimal(7), None], pa.decimal128(38, 0)),
            "share": pa.nulls(2),
        }
    )
    lake.replace("fct_whole", wide)
    assert lake.rows("fct_whole") == [
        {"account_id": "a", "followers": 7, "share": None},
        {"account_id": "b", "followers": None, "share": None},
    ]


def test_a_column_added_to_the_declaration_is_null_in_older_rows(
    lake: Lake, declarations: Path, figures: Figures, tmp_path: Path
) -> None:
    lake.replace("fct_whole", [{"account_id": "a", "followers": 1, "share": 0.5}])
    wider = tmp_path / "wider"
    wider.mkdir()
    text = (declarations / "fct_whole.sql").read_text(encoding="utf-8")
    text = text.replace("    share ", "    sharers    bigint, -- persons\n    share ")
    (wider / "fct_whole.sql").write_text(text, encoding="utf-8")
    later = Lake(lake.root, declarations=wider)
    assert later.rows("fct_whole") == [{"account_id": "a", "followers": 1, "sharers": None, "share": 0.5}]
    later.merge("fct_whole", [{"account_id": "b", "followers": 2, "sharers": 3, "share": None}])
    assert [row["sharers"] for row in later.rows("fct_whole")] == [None, 3]


def test_a_column_of_another_type_than_the_table_has_is_refused(
    lake: Lake, declarations: Path, tmp_path: Path
) -> None:
    lake.replace("fct_whole", [{"account_id": "a", "followers": 1, "share": 0.5}])
    other = tmp_path / "other"
    other.mkdir()
    text = (declarations / "fct_whole.sql").read_text(encoding="utf-8")
    (other / "fct_whole.sql").write_text(
        text.replace("followers  bigint", "followers  text"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"fct_whole: the declaration of followers"):
        Lake(lake.root, declarations=other).replace("fct_whole", [])


def test_a_merge_inserts_and_updates_by_key(lake: Lake, figures: Figures) -> None:
    assert lake.merge("land_day", [figures(0), figures(1)]) == 2
    assert lake.merge("land_day", [figures(1, followers=5), figures(40)]) == 2
    assert days(lake) == [(0, 1), (1, 5), (40, 1)]
    assert lake.merge("land_day", []) == 0


def test_an_older_row_never_overwrites_a_newer_one(lake: Lake, figures: Figures) -> None:
    hour = dt.timedelta(hours=1)
    lake.merge("land_day", [figures(followers=2, read_at=MOMENT)], newer="read_at")
    assert lake.merge("land_day", [figures(followers=1, read_at=MOMENT - hour)], newer="read_at") == 0
    assert days(lake) == [(0, 2)]
    lake.merge("land_day", [figures(followers=3, read_at=MOMENT)], newer="read_at")
    assert days(lake) == [(0, 3)]
    lake.merge("land_day", [figures(followers=4, read_at=MOMENT + hour)], newer="read_at")
    assert days(lake) == [(0, 4)]


def test_a_row_that_was_never_dated_gives_way_to_one_that_is(lake: Lake, figures: Figures) -> None:
    lake.merge("land_day", [figures(followers=1)], newer="read_at")
    lake.merge("land_day", [figures(followers=2, read_at=MOMENT)], newer="read_at")
    assert lake.merge("land_day", [figures(followers=3)], newer="read_at") == 0
    assert days(lake) == [(0, 2)]


def test_a_merge_by_an_unknown_column_is_refused(lake: Lake, figures: Figures) -> None:
    with pytest.raises(BadRequest, match="nothing"):
        lake.merge("land_day", [figures()], newer="nothing")


def test_two_rows_with_one_key_are_not_merged(lake: Lake, figures: Figures) -> None:
    with pytest.raises(UnexpectedShape, match="share the key"):
        lake.merge("land_day", [figures(followers=1), figures(followers=2)])


def test_an_entry_that_a_platform_repeats_is_written_once(lake: Lake, figures: Figures) -> None:
    assert lake.replace("land_day", [figures(), figures(1), figures()]) == 2
    assert days(lake) == [(0, 1), (1, 1)]


def test_tidying_joins_files_and_changes_no_row(lake: Lake, figures: Figures) -> None:
    for n in range(6):
        lake.merge("land_day", [figures(n)])
    rows, files = lake.rows("land_day"), lake.files("land_day")
    assert lake.tidy("land_day") == 0
    assert lake.rows("land_day") == rows
    assert len(lake.files("land_day")) < len(files)
    assert all(Path(file).exists() for file in files)
    assert lake.tidy("land_day", keep=dt.timedelta(0)) >= len(files)
    assert lake.rows("land_day") == rows
    assert lake.tidy("fct_whole") == 0


def test_forgotten_rows_leave_no_file_behind(lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in (0, 40)])
    lake.replace("land_day", [], window=Window(dt.date(2020, 1, 1), dt.date(2026, 8, 1)))
    lake.tidy("land_day", keep=dt.timedelta(0))
    assert [str(file) for file in Path(lake.uri("land_day")).rglob("*.parquet")] == lake.files("land_day")
    assert days(lake) == [(40, 1)]
