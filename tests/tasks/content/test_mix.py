"""How content is mixed and made."""

import datetime as dt
from collections.abc import Callable

import pytest

from tasks.content.mix import Wanted, mixes, months_before, production
from tasks.content.sameness import sameness
from tasks.records import ContentItem, Level

MATRIX = Wanted("matrix", "matrix_type", {"a": 0.5, "b": 0.5}, 0.05)


def told(make: Callable[..., ContentItem], **counts: int) -> list[ContentItem]:
    return [make(f"{name}{n}", matrix_type=name) for name, count in counts.items() for n in range(count)]


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        (11, 9, Level.green),  # 55 %, just tolerated
        (12, 8, Level.yellow),  # 10 points off, twice the tolerance and no more
        (13, 7, Level.orange),
        (14, 6, Level.red),
    ],
)
def test_a_part_is_judged_by_how_far_it_is_off(
    make: Callable[..., ContentItem], a: int, b: int, level: Level
) -> None:
    first, second = mixes(told(make, a=a, b=b), [MATRIX])
    assert (first.items, first.total, first.level, second.level) == (a, 20, level, level)


def test_over_five_percent_without_a_label_make_the_mix_grey(make: Callable[..., ContentItem]) -> None:
    items = told(make, a=19, b=19) + [make("x"), make("y")]
    assert {share.level for share in mixes(items, [MATRIX])} == {Level.green}
    assert {share.level for share in mixes([*items, make("z")], [MATRIX])} == {Level.grey}


def test_outside_of_the_mix_is_not_unlabelled(make: Callable[..., ContentItem]) -> None:
    first, _ = mixes(told(make, a=10, b=10, none=20), [MATRIX])
    assert (first.share, first.total, first.level) == (0.5, 20, Level.green)


def test_nineteen_items_show_no_mix(make: Callable[..., ContentItem]) -> None:
    assert {share.level for share in mixes(told(make, a=10, b=9), [MATRIX])} == {Level.grey}


def test_more_originality_than_planned_is_fine(make: Callable[..., ContentItem]) -> None:
    wanted = Wanted("originality", "is_original", {"yes": 0.3}, 0.05, at_least=True)
    items = [make(f"o{n}", is_original="yes" if n < 18 else "no") for n in range(20)]
    (share,) = mixes(items, [wanted])
    assert (share.share, share.level) == (0.9, Level.green)


def test_production_tells_median_and_quick_share(make: Callable[..., ContentItem]) -> None:
    items = [make(f"p{n}", days=days, template="T") for n, days in enumerate([3, 5, 7, 12])] + [make("q")]
    made = production(items, 28)
    assert (made.cycle_days, made.cycle_known, made.within_7_days) == (6.0, 4, 0.75)
    assert made.per_month == pytest.approx(5 / 28 * 30.4375)
    assert made.topics == 2
    assert made.unlabelled == 1.0


def test_nothing_made_is_told_as_such() -> None:
    made = production([], 28)
    assert (made.items, made.per_month, made.cycle_days, made.unlabelled) == (0, None, None, None)


def test_whole_months_before_a_day() -> None:
    found = months_before(dt.date(2026, 2, 9), 3)
    assert found == [dt.date(2025, 11, 1), dt.date(2025, 12, 1), dt.date(2026, 1, 1)]


def month(make: Callable[..., ContentItem], number: int, template: str, count: int = 6) -> list[ContentItem]:
    day = dt.date(2026, number, 5)
    return [make(f"{number}-{template}{n}", day=day, template=template) for n in range(count)]


FALLING = {"2026-05": 0.05, "2026-06": 0.02, "2026-07": 0.008}


def test_three_months_of_one_kind_with_falling_growth_are_told(make: Callable[..., ContentItem]) -> None:
    items = [item for n in (5, 6, 7) for item in (*month(make, n, "上新"), *month(make, n, "其他", 2))]
    (found,) = sameness(items, FALLING)
    assert (found.dimension, found.member, found.months) == ("template", "上新", tuple(FALLING))
    assert found.share == 0.75


@pytest.mark.parametrize(
    "growth",
    [
        {**FALLING, "2026-07": 0.03},
        {**FALLING, "2026-06": None},
        {"2026-06": 0.02, "2026-07": 0.008},
    ],
)
def test_growth_that_does_not_fall_is_no_warning(
    make: Callable[..., ContentItem], growth: dict[str, float | None]
) -> None:
    items = [item for n in (5, 6, 7) for item in month(make, n, "上新")]
    assert sameness(items, growth) == []


def test_different_kinds_are_no_warning(make: Callable[..., ContentItem]) -> None:
    items = [item for n, kind in ((5, "a"), (6, "a"), (7, "b")) for item in month(make, n, kind)]
    assert sameness(items, FALLING) == []
