"""What a label does to a rate with the others held equal."""

from collections.abc import Callable

import numpy as np

from tasks.content.lifts import lifts
from tasks.records import ContentItem


def posts(make: Callable[..., ContentItem], effect: float, count: int = 60) -> list[ContentItem]:
    """Morning posts are mostly knowledge; only the hour has an effect."""
    chance = np.random.default_rng(3)
    items = []
    for n in range(count):
        is_morning = n % 2 == 0
        is_knowledge = chance.random() < (0.8 if is_morning else 0.2)
        rate = 0.05 * (effect if is_morning else 1.0) * float(np.exp(chance.normal(0, 0.15)))
        items.append(
            make(
                f"i{n}", 2000, round(2000 * rate),
                hour_slot="06-09" if is_morning else "18-21",
                matrix_type="vertical_knowledge" if is_knowledge else "interactive",
            )
        )  # fmt: skip
    return items


def test_the_label_that_works_is_told_apart_from_the_one_that_comes_along(
    make: Callable[..., ContentItem],
) -> None:
    found = {(lift.dimension, lift.member): lift for lift in lifts(posts(make, 1.6))}
    morning, knowledge = found["hour_slot", "06-09"], found["matrix_type", "vertical_knowledge"]
    assert morning.is_clear
    assert morning.low > 1
    assert not knowledge.is_clear
    # Half of the gap lies with each side: sqrt(1.6) above what is usual.
    assert 1.15 < morning.factor < 1.35


def test_labels_that_do_nothing_are_not_clear(make: Callable[..., ContentItem]) -> None:
    assert not [lift for lift in lifts(posts(make, 1.0)) if lift.is_clear]


def test_a_dozen_posts_are_needed(make: Callable[..., ContentItem]) -> None:
    assert lifts(posts(make, 1.6, count=11)) == []
