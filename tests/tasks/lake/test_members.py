import pyarrow as pa

from tasks.lake.members import Members


def test_members_are_a_set_of_texts_however_long_and_in_any_script() -> None:
    members = Members.of(["b|s", "a", "阿明", "b|s", "a|long-staff-id"])
    assert members == {"a", "b|s", "阿明", "a|long-staff-id"}
    assert len(members) == 4
    assert "阿明" in members
    assert "a|long-staff-id-2" not in members, "longer than any member, and beginning like one"
    assert 7 not in members


def test_what_is_missing_is_asked_for_many_at_a_time() -> None:
    members = Members.of(["a", "b"])
    assert {"a", "c", "bb"} - members == {"c", "bb"}
    assert {"a", "b"} - members == set()
    assert set() - members == set()
    assert {"a"} - Members() == {"a"}


def test_nobody_is_a_set_too() -> None:
    assert Members() == frozenset()
    assert Members.of([]).table("name").num_rows == 0
    assert Members.joined([]) == Members()


def test_added_members_keep_the_order_and_are_not_doubled() -> None:
    grown = Members.of(["b", "d"]).plus(Members.of(["a", "d", "eeee"]).names)
    assert list(grown) == ["a", "b", "d", "eeee"]


def test_members_come_from_and_go_to_columns() -> None:
    batch = pa.record_batch([pa.array(["b", "a", "b", "阿"])], names=["name"])
    members = Members.read([batch, batch.slice(0, 0)])
    assert members.table("name")["name"].to_pylist() == ["a", "b", "阿"]
