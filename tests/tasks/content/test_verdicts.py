"""Which templates are kept, killed or tested more, and how often that is wrong."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tasks.content.verdicts import verdicts
from tasks.records import Aged, ContentItem, ContentVerdict

WEEKS = 120
"""Simulated weeks here; ``python -m tests.bench verdicts`` plays a thousand."""


def week(
    chance: np.random.Generator, make: Callable[..., ContentItem], bad: int | None = None, posts: int = 8
) -> list[ContentItem]:
    """Six templates with equal rates of 8 %, whose posts scatter by a quarter; one may reach 0.6 of that."""
    items = []
    for template in range(6):
        for post in range(posts):
            readers = int(800 * np.exp(chance.normal(0, 0.4)))
            usual = 0.08 * (0.6 if template == bad else 1.0)
            alpha = (1 - usual) / 0.25**2 - usual
            rate = chance.beta(alpha, alpha * (1 - usual) / usual)
            labels = {
                "template": f"T{template}",
                "matrix_type": f"M{chance.integers(4)}",
                "scene": f"S{chance.integers(3)}",
                "hour_slot": f"H{chance.integers(4)}",
                "author": f"A{chance.integers(5)}",
            }
            items.append(make(f"{template}-{post}", readers, int(chance.binomial(readers, rate)), **labels))
    return items


def decided(found: list[ContentVerdict]) -> list[ContentVerdict]:
    return [verdict for verdict in found if verdict.call != "test"]


def test_equal_templates_are_hardly_ever_called(make: Callable[..., ContentItem]) -> None:
    chance = np.random.default_rng(7)
    wrong = sum(bool(decided(verdicts(week(chance, make)))) for _ in range(WEEKS))
    assert wrong / WEEKS <= 0.05 + 2 * (0.05 * 0.95 / WEEKS) ** 0.5


def test_a_template_at_six_tenths_is_killed(make: Callable[..., ContentItem]) -> None:
    chance = np.random.default_rng(11)
    killed = 0
    for _ in range(WEEKS):
        found = {v.member: v for v in verdicts(week(chance, make, bad=2)) if v.dimension == "template"}
        killed += found["T2"].call == "kill"
    assert killed / WEEKS >= 0.8


@pytest.fixture
def plain(make: Callable[..., ContentItem]) -> list[ContentItem]:
    """Ten posts of a good template beside ten of an ordinary one, without any scatter but rounding."""
    return [make(f"g{n}", 1000 + n, 160, template="good") for n in range(10)] + [
        make(f"o{n}", 1000 + n, 80, template="ordinary") for n in range(10)
    ]


def test_the_effect_is_told_in_persons_of_a_post(plain: list[ContentItem]) -> None:
    good, ordinary = verdicts(plain)
    assert (good.member, good.call, good.reason) == ("good", "keep", "above")
    # Nothing is left beside the ordinary one: of two, one alone can be told.
    assert (ordinary.member, ordinary.call, ordinary.reason) == ("ordinary", "test", "beside_called")
    assert ordinary.baseline == pytest.approx(160.5 / 1005, rel=1e-3), "the last it was held against"
    assert ordinary.more_posts is None
    assert good.posts == 10
    assert good.readers == 10_045
    assert good.rate == pytest.approx(160.5 / 1005, rel=1e-3)
    assert good.baseline == pytest.approx(80.5 / 1005, rel=1e-3)
    assert good.effect == pytest.approx(80, rel=0.01)
    assert good.low is not None
    assert good.high is not None
    assert good.low < good.rate < good.high


def test_fewer_than_three_posts_decide_nothing(plain: list[ContentItem]) -> None:
    found = {v.member: v for v in verdicts(plain[:2] + plain[10:])}
    assert (found["good"].call, found["good"].reason, found["good"].more_posts) == ("test", "few_posts", 1)
    assert found["good"].low is None


def test_fewer_than_two_thousand_readers_decide_nothing(make: Callable[..., ContentItem]) -> None:
    items = [make(f"a{n}", 300, 90, template="small") for n in range(4)]
    items += [make(f"b{n}", 3000, 90, template="large") for n in range(4)]
    small = next(v for v in verdicts(items) if v.member == "small")
    # 1,200 readers are there; 800 more are three posts of 300.
    assert (small.call, small.reason, small.more_posts) == ("test", "few_readers", 3)


def test_a_young_post_is_not_compared(plain: list[ContentItem]) -> None:
    young = [replace(item, ages=(Aged(7, is_mature=False),)) for item in plain[:10]]
    found = verdicts(young + plain[10:])
    assert [(v.member, v.reason) for v in found] == [("ordinary", "nothing_beside")]


def test_accounts_are_judged_by_themselves(plain: list[ContentItem]) -> None:
    elsewhere = [replace(item, account_id="oa_other") for item in plain[:10]]
    found = verdicts(elsewhere + plain[10:])
    assert {(v.account_id, v.call, v.reason) for v in found} == {
        ("oa_other", "test", "nothing_beside"),
        ("oa_main", "test", "nothing_beside"),
    }


def test_an_item_without_the_label_belongs_to_the_others(plain: list[ContentItem]) -> None:
    bare = [replace(item, labels={}) for item in plain[10:]]
    assert [(v.member, v.call) for v in verdicts(plain[:10] + bare)] == [("good", "keep")]


def test_nothing_gives_nothing() -> None:
    assert verdicts([]) == []


def test_a_bad_template_does_not_take_its_type_and_author_with_it(make: Callable[..., ContentItem]) -> None:
    """Every label but the template is told by the template: half of the knowledge posts are of the bad one."""
    chance = np.random.default_rng(5)
    items = []
    for n in range(48):
        template = ("bad", "guide", "vote", "story")[n % 4]
        readers = 900
        rate = (0.03 if template == "bad" else 0.08) * float(np.exp(chance.normal(0, 0.2)))
        labels = {"matrix_type": "knowledge" if n % 4 < 2 else "other", "author": f"of {template}"}
        items.append(make(f"i{n}", readers, round(readers * rate), template=template, **labels))
    assert {(v.member, v.call) for v in decided(verdicts(items))} == {("bad", "kill")}


SCATTER = (0.9, 0.95, 1.0, 1.05, 1.1)


def posts(make: Callable[..., ContentItem], count: int, **shares: float) -> list[ContentItem]:
    """Templates that reach so much of 8 %, of 10,000 readers each; all with the same scatter around it."""
    return [
        make(
            f"{name}{n}", 10_000, round(800 * share * SCATTER[n % 5]), template=name, matrix_type=f"of {name}"
        )
        for name, share in shares.items()
        for n in range(count)
    ]


def test_what_is_ordinary_does_not_look_good_beside_what_is_a_little_worse(
    make: Callable[..., ContentItem],
) -> None:
    found = {v.member: v for v in verdicts(posts(make, 20, a=1.0, b=1.0, weak=0.85)) if v.posts == 20}
    told = {name: (v.call, v.reason) for name, v in found.items()}
    assert told == {
        "weak": ("test", "below_little"), "a": ("test", "unclear"), "b": ("test", "unclear"),
        "of a": ("test", "unclear"), "of b": ("test", "unclear"),
    }  # fmt: skip
    # The geometric mean of the scatter is 0.9975: 8 % of a and b become 7.98 %.
    assert found["weak"].baseline == pytest.approx(0.0798, rel=1e-3)
    assert found["weak"].rate == pytest.approx(0.85 * 0.0798, rel=1e-3)
    assert found["weak"].high is not None
    assert found["weak"].high < 0.0798
    assert found["weak"].more_posts is None
    assert found["a"].baseline == pytest.approx(0.0798, rel=1e-3), "b alone"


@pytest.mark.parametrize(("good", "weak"), [("a", "b"), ("b", "a")])
def test_of_two_templates_the_good_one_is_kept_whatever_they_are_called(
    make: Callable[..., ContentItem], good: str, weak: str
) -> None:
    found = {v.member: v for v in verdicts(posts(make, 20, **{good: 1.0, weak: 0.85})) if len(v.member) == 1}
    assert (found[good].call, found[good].reason) == ("keep", "above")
    assert (found[weak].call, found[weak].reason) == ("test", "beside_called")
    assert found[weak].baseline == pytest.approx(0.0798, rel=1e-3)


def test_equal_templates_are_hardly_ever_kept_beside_one_a_little_worse(
    make: Callable[..., ContentItem],
) -> None:
    chance = np.random.default_rng(3)
    kept, alone, rounds = 0, 0, 60
    for _ in range(rounds):
        items = [
            make(
                f"{name}{n}", 10_000, round(800 * share * float(np.exp(chance.normal(0, 0.1)))), template=name
            )
            for name, share in (("a", 1.0), ("b", 1.0), ("weak", 0.82))
            for n in range(10)
        ]
        found = verdicts(items)
        kept += any(v.call == "keep" for v in found)
        alone += any(v.reason == "nothing_beside" for v in found)
    # It was a third of the weeks while the weak one stood beside them.
    assert kept / rounds <= 0.1
    assert alone == 0
