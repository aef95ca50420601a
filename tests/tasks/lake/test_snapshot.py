import datetime as dt
from typing import Any

import pytest

from tasks.errors import ShortAnswer, UnexpectedShape
from tasks.lake.looks import Look
from tasks.lake.store import Lake

DAY = dt.date(2026, 7, 1)
MOMENT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def person(key: str, staff: str = "s", account_id: str = "wecom", scene: str = "QR") -> dict[str, Any]:
    return {
        "account_id": account_id, "member_key": key, "staff_id": staff, "scene": scene, "added_at": MOMENT,
        "seen_date": None, "gone_date": None,
    }  # fmt: skip


def look(lake: Lake, n: int, present: list[str], *details: dict[str, Any]) -> int:
    return lake.snapshot("land_person", "wecom", list(details), present, DAY + dt.timedelta(days=n))


def state(lake: Lake) -> list[tuple[str, int, int | None]]:
    return [
        (
            f"{row['member_key']}|{row['staff_id']}",
            (row["seen_date"] - DAY).days,
            None if row["gone_date"] is None else (row["gone_date"] - DAY).days,
        )
        for row in lake.rows("land_person")
    ]


def test_members_are_seen_from_their_first_look_on(lake: Lake) -> None:
    assert look(lake, 0, ["a|s", "b|s"], person("a"), person("b")) == 2
    assert look(lake, 1, ["a|s", "b|s", "c|s"], person("c")) == 3
    assert state(lake) == [("a|s", 0, None), ("b|s", 0, None), ("c|s", 1, None)]


def test_a_member_who_leaves_is_gone_from_that_day_on_and_stays_gone(lake: Lake) -> None:
    look(lake, 0, ["a|s", "b|s"], person("a"), person("b"))
    look(lake, 1, ["b|s"])
    look(lake, 2, ["b|s"])
    assert state(lake) == [("a|s", 0, 1), ("b|s", 0, None)]


def test_a_member_who_returns_is_no_longer_gone_and_keeps_the_first_day(lake: Lake) -> None:
    look(lake, 0, ["a|s", "b|s"], person("a"), person("b"))
    look(lake, 1, ["b|s"])
    look(lake, 2, ["a|s", "b|s"], person("a", scene="SEARCH"))
    assert state(lake) == [("a|s", 0, None), ("b|s", 0, None)]
    assert [row["scene"] for row in lake.rows("land_person")] == ["SEARCH", "QR"]


def test_a_member_who_returns_without_details_is_asked_about_again(lake: Lake) -> None:
    look(lake, 0, ["a|s", "b|s"], person("a"), person("b"))
    look(lake, 1, ["b|s"])
    look(lake, 2, ["a|s", "b|s"])
    assert state(lake) == [("a|s", 0, None), ("b|s", 0, None)]
    assert lake.rows("land_person")[0]["added_at"] is None, "the old moment is not that of the present stay"
    assert lake.present("land_person", "wecom") == {"b|s"}
    look(lake, 3, ["a|s", "b|s"], person("a", scene="SEARCH"))
    assert [row["scene"] for row in lake.rows("land_person")] == ["SEARCH", "QR"]


def test_details_of_members_not_asked_about_again_are_kept(lake: Lake) -> None:
    look(lake, 0, ["a|s"], person("a"))
    look(lake, 1, ["a|s"])
    assert lake.rows("land_person")[0]["added_at"] == MOMENT


def test_the_same_look_twice_changes_nothing(lake: Lake) -> None:
    for _ in range(2):
        look(lake, 0, ["a|s", "b|s", "a|s"], person("a"), person("b"))
    look(lake, 1, ["a|s"])
    before = lake.rows("land_person")
    look(lake, 1, ["a|s"])
    assert lake.rows("land_person") == before


def test_a_member_without_details_still_counts(lake: Lake) -> None:
    look(lake, 0, ["a|s", "b|t"], person("a"))
    assert state(lake) == [("a|s", 0, None), ("b|t", 0, None)]


def test_details_of_somebody_not_present_are_ignored(lake: Lake) -> None:
    look(lake, 0, ["a|s"], person("a"), person("x"))
    assert state(lake) == [("a|s", 0, None)]


def test_one_customer_of_two_staff_is_two_rows(lake: Lake) -> None:
    look(lake, 0, ["a|s", "a|t"], person("a"), person("a", "t"))
    look(lake, 1, ["a|t"])
    assert state(lake) == [("a|s", 0, 1), ("a|t", 0, None)]


def test_present_members_are_named_as_the_next_look_takes_them(lake: Lake) -> None:
    assert lake.present("land_person", "wecom") == frozenset()
    look(lake, 0, ["a|s", "b|s"], person("a"), person("b"))
    look(lake, 1, ["b|s"])
    assert lake.present("land_person", "wecom") == {"b|s"}
    assert lake.present("land_person", "another") == frozenset()


def test_a_present_member_without_details_is_left_out_so_that_they_are_asked_for_again(lake: Lake) -> None:
    look(lake, 0, ["a|s", "b|s"], person("a"))
    assert lake.present("land_person", "wecom") == {"a|s"}
    look(lake, 1, ["a|s", "b|s"], person("b"))
    assert lake.present("land_person", "wecom") == {"a|s", "b|s"}


def test_accounts_do_not_touch_each_other(lake: Lake) -> None:
    look(lake, 0, ["a|s"], person("a"))
    lake.snapshot("land_person", "wecom2", [person("a", account_id="wecom2")], ["a|s"], DAY)
    look(lake, 1, [])
    assert [(row["account_id"], row["gone_date"]) for row in lake.rows("land_person")] == [
        ("wecom", DAY + dt.timedelta(days=1)),
        ("wecom2", None),
    ]


def test_a_short_answer_does_not_empty_the_table(lake: Lake) -> None:
    everybody = [f"m{n:03}|s" for n in range(100)]
    look(lake, 0, everybody)
    with pytest.raises(ShortAnswer, match=r"79 members in this answer, 100 at the last good look"):
        look(lake, 1, everybody[:79])
    assert sum(gone is None for _, _, gone in state(lake)) == 100
    look(lake, 1, everybody[:80])
    assert sum(gone is None for _, _, gone in state(lake)) == 80


def test_a_real_loss_is_believed_when_somebody_says_so(lake: Lake) -> None:
    """Of four staff with twenty customers each one leaves: sixty are three quarters of eighty."""
    everybody = [f"m{n:02}|{staff}" for staff in "abcd" for n in range(20)]
    look(lake, 0, everybody)
    with pytest.raises(ShortAnswer):
        look(lake, 1, everybody[:60])
    lake.snapshot("land_person", "wecom", [], everybody[:60], DAY + dt.timedelta(days=1), believe=True)
    assert [gone for _, _, gone in state(lake)].count(1) == 20
    look(lake, 2, everybody[:60])
    assert [gone for _, _, gone in state(lake)].count(None) == 60


def test_a_small_list_may_shrink_as_it_likes(lake: Lake) -> None:
    look(lake, 0, [f"m{n}|s" for n in range(49)])
    look(lake, 1, ["m1|s"])
    assert [name for name, _, gone in state(lake) if gone is None] == ["m1|s"]


def test_the_last_part_of_a_name_may_hold_the_separator(lake: Lake) -> None:
    look(lake, 0, ["a|s|t", "a|阿明"], person("a", "s|t"), person("a", "阿明"))
    assert state(lake) == [("a|s|t", 0, None), ("a|阿明", 0, None)]
    assert lake.present("land_person", "wecom") == {"a|s|t", "a|阿明"}


def test_details_that_were_collected_small_land_like_others(lake: Lake) -> None:
    seen = Look(lake)
    seen.add({"land_person": [person("a")]}, {"land_person": ["a|s", "b|s"]})
    seen.add({"land_person": [person("b")]}, {"land_person": ["b|s"]})
    everybody = seen.present("land_person")
    assert everybody == {"a|s", "b|s"}
    assert lake.snapshot("land_person", "wecom", seen.rows("land_person"), everybody, DAY) == 2
    assert [row["added_at"] for row in lake.rows("land_person")] == [MOMENT, MOMENT]


def test_a_member_named_without_all_parts_of_the_key_is_refused(lake: Lake) -> None:
    with pytest.raises(UnexpectedShape, match=r"member_key\|staff_id"):
        look(lake, 0, ["a"])


def test_a_detail_of_another_account_is_refused(lake: Lake) -> None:
    with pytest.raises(UnexpectedShape, match="other accounts"):
        look(lake, 0, ["a|s"], person("a", account_id="other"))
