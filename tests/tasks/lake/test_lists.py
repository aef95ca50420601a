"""A list that is told whole takes the place of the older one, unless it cannot be believed."""

import pytest

from tasks.errors import ShortAnswer, UnexpectedShape
from tasks.lake.lists import relist
from tasks.lake.store import Lake

TASKS = "land_project_task"


def task(number, account_id="feishu_base", **cells):
    row = dict.fromkeys(
        (
            "account_id",
            "task_id",
            "title",
            "milestone",
            "metric",
            "owner",
            "status",
            "start_date",
            "due_date",
            "done_date",
            "progress",
            "blocker",
            "import_id",
        )
    )
    return {**row, "account_id": account_id, "task_id": str(number), "title": "t", "status": "todo", **cells}


def tasks(count, **cells):
    return [task(number, **cells) for number in range(count)]


def held(lake, account_id="feishu_base"):
    return [row for row in lake.rows(TASKS) if row["account_id"] == account_id]


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def test_a_row_that_is_gone_from_the_list_is_gone_and_changes_are_taken_over(lake):
    relist(lake, TASKS, "feishu_base", tasks(3))
    relist(lake, TASKS, "feishu_base", [task(0), task(2, status="done"), task(9)])
    assert [(row["task_id"], row["status"]) for row in held(lake)] == [
        ("0", "todo"),
        ("2", "done"),
        ("9", "todo"),
    ]


def test_only_the_accounts_own_rows_are_replaced(lake):
    lake.merge(TASKS, [task("from a file", "files")])
    relist(lake, TASKS, "feishu_base", tasks(3))
    relist(lake, TASKS, "feishu_base", tasks(2))
    assert len(held(lake)) == 2
    assert [row["task_id"] for row in held(lake, "files")] == ["from a file"]
    with pytest.raises(UnexpectedShape, match="other accounts"):
        relist(lake, TASKS, "feishu_base", [task(1, "files")])


@pytest.mark.parametrize(
    ("before", "now", "believed"),
    [
        (100, 80, True),
        (100, 79, False),
        (50, 40, True),
        (50, 39, False),
        (49, 25, True),
        (49, 24, False),
        (10, 5, True),
        (10, 4, False),
        (10, 0, False),
        (9, 1, True),
        (100, 300, True),
    ],
)
def test_a_list_that_shrank_sharply_is_not_believed(lake, before, now, believed):
    relist(lake, TASKS, "feishu_base", tasks(before))
    if believed:
        relist(lake, TASKS, "feishu_base", tasks(now))
    else:
        with pytest.raises(ShortAnswer, match=f"{now} rows in this answer, {before} in the last good one"):
            relist(lake, TASKS, "feishu_base", tasks(now))
    assert len(held(lake)) == (now if believed else before)


def test_a_column_that_lost_every_value_is_not_believed(lake):
    relist(lake, TASKS, "feishu_base", tasks(12, owner="李"))
    with pytest.raises(ShortAnswer, match="has a owner"):
        relist(lake, TASKS, "feishu_base", tasks(12))
    assert {row["owner"] for row in held(lake)} == {"李"}
    relist(lake, TASKS, "feishu_base", [*tasks(11), task(11, owner="王")])
    assert [row["owner"] for row in held(lake) if row["owner"]] == ["王"]
    relist(lake, TASKS, "feishu_base", tasks(12))
    assert {row["owner"] for row in held(lake)} == {None}, "a single value is nobody's column"


def test_a_column_that_few_rows_had_filled_may_become_empty(lake):
    relist(lake, TASKS, "feishu_base", [task(n, blocker="x" if n < 11 else None) for n in range(60)])
    relist(lake, TASKS, "feishu_base", tasks(60))
    assert {row["blocker"] for row in held(lake)} == {None}


def test_a_real_loss_is_believed_when_somebody_says_so(lake):
    relist(lake, TASKS, "feishu_base", tasks(20, owner="李"))
    relist(lake, TASKS, "feishu_base", tasks(1), believe=True)
    assert len(held(lake)) == 1


def test_nothing_at_all_makes_no_table(lake):
    assert relist(lake, TASKS, "feishu_base", []) == 0
    assert not lake.exists(TASKS)
