from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.lake.queries import build_order, load, parse, queries

GOOD = """-- Followers won and lost by each account.
-- grain  : one row per account_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id       text, our key
--   followers_won    persons
-- source : fct_day; catalogue/metrics.toml [x]
-- traps  : the platform restates the last days;
--          they are re-pulled for 7
with days as (
    -- fct_other is not read
    select * from fct_day where business_date >= $start_date and business_date < $end_date
)
select account_id, sum(followers) as followers_won from days group by account_id
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_says_all_about_its_query(tmp_path: Path) -> None:
    query = parse(written(tmp_path, "metrics/x", GOOD), "metrics/x")
    assert query.title == "Followers won and lost by each account."
    assert query.grain == "one row per account_id"
    assert query.params == ("start_date", "end_date")
    assert query.columns == (("account_id", "text, our key"), ("followers_won", "persons"))
    assert query.source == "fct_day; catalogue/metrics.toml [x]"
    assert query.traps == "the platform restates the last days; they are re-pulled for 7"
    assert (query.level, query.title_zh) == ("", "")


def test_the_header_never_reaches_the_engine(tmp_path: Path) -> None:
    query = parse(written(tmp_path, "metrics/x", GOOD), "metrics/x")
    assert query.sql.startswith("with days as (")
    assert "fct_day" in query.words
    assert "fct_other" not in query.words


@pytest.mark.parametrize("word", ["-", "none"])
def test_a_query_may_have_no_params(tmp_path: Path, word: str) -> None:
    text = GOOD.replace("start_date (business date, inclusive), end_date (exclusive)", word)
    assert parse(written(tmp_path, "marts/x", text), "marts/x").params == ()


@pytest.mark.parametrize(
    ("old", "new", "where", "word"),
    [
        ("-- grain  : one row per account_id\n", "", "x.sql:1:", "grain"),
        ("-- source : fct_day; catalogue/metrics.toml [x]\n", "", "x.sql:1:", "source"),
        ("--   followers_won    persons", "--   followers_won", "x.sql:6:", "unit"),
        ("-- source : ", "-- grain  : again\n-- source : ", "x.sql:7:", "second 'grain'"),
        ("-- traps  : ", "-- level  : warn\n-- traps  : ", "x.sql:1:", "level"),
    ],
)
def test_a_slip_is_named_with_its_file_and_line(
    tmp_path: Path, old: str, new: str, where: str, word: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        parse(written(tmp_path, "metrics/x", GOOD.replace(old, new)), "metrics/x")
    assert where in str(caught.value)
    assert word in str(caught.value)


def test_a_check_needs_a_level(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="fail or warn"):
        parse(written(tmp_path, "checks/x", GOOD), "checks/x")
    text = GOOD.replace("-- traps", "-- level  : fail\n-- zh     : 对不上。\n-- traps")
    assert parse(written(tmp_path, "checks/x", text), "checks/x").level == "fail"


def test_a_check_and_only_a_check_has_a_chinese_title(tmp_path: Path) -> None:
    text = GOOD.replace("-- traps", "-- level  : warn\n-- traps")
    with pytest.raises(ConfigurationError, match=r"x\.sql:1: .*Chinese title"):
        parse(written(tmp_path, "checks/x", text), "checks/x")
    told = text.replace("-- grain", "-- zh     : 关注人数对不上。\n-- grain")
    query = parse(written(tmp_path, "checks/x", told), "checks/x")
    assert (query.title, query.title_zh) == ("Followers won and lost by each account.", "关注人数对不上。")
    with pytest.raises(ConfigurationError, match="Chinese title"):
        parse(
            written(tmp_path, "metrics/x", GOOD.replace("-- grain", "-- zh     : 关注\n-- grain")),
            "metrics/x",
        )


def test_queries_are_built_after_those_they_read(tmp_path: Path) -> None:
    written(tmp_path, "staging/fct_b", GOOD.replace("fct_day", "land_day"))
    written(tmp_path, "marts/a_mart", GOOD.replace("fct_day", "z_mart"))
    written(tmp_path, "marts/z_mart", GOOD.replace("fct_day", "fct_b"))
    assert build_order(tmp_path) == ["staging/fct_b", "marts/z_mart", "marts/a_mart"]


def test_queries_that_read_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "marts/a", GOOD.replace("fct_day", "b"))
    written(tmp_path, "marts/b", GOOD.replace("fct_day", "a"))
    with pytest.raises(ConfigurationError, match="read each other"):
        build_order(tmp_path)


def test_an_unknown_query_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="no query metrics/nothing"):
        load("metrics/nothing")


@pytest.mark.parametrize("kind", ["staging", "marts", "metrics", "checks"])
def test_every_query_of_the_project_has_a_valid_header(kind: str) -> None:
    assert queries(kind)
