from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.decompose import Effect, Pair, of_count, of_parts, of_rate, of_shared_base, whole_of

NUMBERS = st.integers(0, 10**9) | st.decimals(0, 10**9, places=6).map(Fraction)
PAIRS = st.builds(Pair, *[NUMBERS.map(Fraction)] * 4)
MEMBERS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), PAIRS, min_size=1, max_size=8)


def change(pairs: dict[str, Pair]) -> Fraction | None:
    total = whole_of(pairs)
    if total.rate_before is None or total.rate_now is None:
        return None
    return total.rate_now - total.rate_before


def sum_of(effects: dict[str, Effect]) -> Fraction:
    return sum((effect.whole for effect in effects.values()), Fraction(0))


def test_every_member_rises_and_the_whole_falls() -> None:
    # a: 90/100 -> 19/20 (0.90 -> 0.95), b: 10/100 -> 76/380 (0.10 -> 0.20); whole 100/200 = 0.5 -> 95/400 = 0.2375.
    pairs = {
        "a": Pair(Fraction(90), Fraction(19), Fraction(100), Fraction(20)),
        "b": Pair(Fraction(10), Fraction(76), Fraction(100), Fraction(380)),
    }

    found = of_rate(pairs)

    # mean rate of the whole 0.36875; weights a 0.5 -> 0.05, b 0.5 -> 0.95.
    assert found["a"].within == Fraction("0.275") * Fraction("0.05")
    assert found["b"].within == Fraction("0.725") * Fraction("0.1")
    assert found["a"].mix == Fraction("-0.45") * (Fraction("0.925") - Fraction("0.36875"))
    assert found["b"].mix == Fraction("0.45") * (Fraction("0.15") - Fraction("0.36875"))
    assert sum_of(found) == Fraction("0.2375") - Fraction("0.5")
    assert all(effect.within > 0 for effect in found.values())


def test_a_rate_whose_members_keep_their_weights_has_no_mix() -> None:
    found = of_rate(
        {
            "a": Pair(Fraction(10), Fraction(30), Fraction(100), Fraction(200)),
            "b": Pair(Fraction(50), Fraction(80), Fraction(100), Fraction(200)),
        }
    )

    # a 0.10 -> 0.15 and b 0.50 -> 0.40, half of the whole each.
    assert found == {"a": Effect(Fraction(0), Fraction("0.025")), "b": Effect(Fraction(0), Fraction("-0.05"))}


def test_a_member_that_appears_or_vanishes_is_all_mix() -> None:
    pairs = {
        "old": Pair(Fraction(30), Fraction(0), Fraction(100), Fraction(0)),
        "new": Pair(Fraction(0), Fraction(10), Fraction(0), Fraction(100)),
        "same": Pair(Fraction(20), Fraction(20), Fraction(100), Fraction(100)),
    }

    found = of_rate(pairs)

    # whole 50/200 -> 30/200, mean 0.2; old -0.5 x (0.3 - 0.2), new 0.5 x (0.1 - 0.2).
    assert found["old"] == Effect(Fraction("-0.05"), Fraction(0))
    assert found["new"] == Effect(Fraction("-0.05"), Fraction(0))
    assert found["same"] == Effect(Fraction(0), Fraction(0))


def test_a_numerator_without_a_denominator_still_counts() -> None:
    found = of_rate(
        {
            "a": Pair(Fraction(10), Fraction(10), Fraction(100), Fraction(100)),
            "odd": Pair(Fraction(0), Fraction(5), Fraction(0), Fraction(0)),
        }
    )

    assert found["odd"].whole == Fraction("0.05")
    assert sum_of(found) == Fraction("0.05")


def test_a_whole_without_a_denominator_cannot_be_split() -> None:
    with pytest.raises(ZeroDivisionError):
        of_rate({"a": Pair(Fraction(1), Fraction(1), Fraction(0), Fraction(5))})


def test_a_count_is_split_into_the_changes_of_its_members() -> None:
    found = of_count({"a": Pair(Fraction(10), Fraction(4)), "b": Pair(Fraction(0), Fraction(1))})

    assert found == {"a": Effect(Fraction(0), Fraction(-6)), "b": Effect(Fraction(0), Fraction(1))}


def test_members_over_one_denominator_add_up_by_their_own_rates() -> None:
    # buyers by channel over the same visitors: 100 -> 200.
    found = of_shared_base(
        {"live": Pair(Fraction(5), Fraction(4)), "card": Pair(Fraction(1), Fraction(8))},
        Fraction(100),
        Fraction(200),
    )

    assert found == {
        "live": Effect(Fraction(0), Fraction("-0.03")),
        "card": Effect(Fraction(0), Fraction("0.03")),
    }


def test_the_two_parts_of_a_rate_explain_all_of_its_change() -> None:
    # 12/100 -> 9/150: 0.12 -> 0.06.
    top, bottom = of_parts(Pair(Fraction(12), Fraction(9), Fraction(100), Fraction(150)))

    assert top.whole == Fraction(-3) * (Fraction(1, 100) + Fraction(1, 150)) / 2 == Fraction("-0.025")
    assert bottom.whole == Fraction("10.5") * (Fraction(1, 150) - Fraction(1, 100)) == Fraction("-0.035")


@given(MEMBERS)
def test_the_parts_of_any_rate_add_up_to_its_change(pairs: dict[str, Pair]) -> None:
    expected = change(pairs)
    if expected is not None:
        assert sum_of(of_rate(pairs)) == expected


@given(MEMBERS, st.randoms())
def test_the_order_of_the_members_changes_nothing(pairs: dict[str, Pair], random) -> None:
    names = list(pairs)
    random.shuffle(names)
    if change(pairs) is not None:
        assert of_rate({name: pairs[name] for name in names}) == of_rate(pairs)


@given(MEMBERS, st.data())
def test_members_put_together_change_the_whole_and_the_others_by_nothing(
    pairs: dict[str, Pair], data: st.DataObject
) -> None:
    small = data.draw(st.sets(st.sampled_from(sorted(pairs))))
    if change(pairs) is None or not small:
        return
    apart = of_rate(pairs)
    kept = {name: pair for name, pair in pairs.items() if name not in small}

    together = of_rate({**kept, "": whole_of({name: pairs[name] for name in small})})

    assert {name: together[name] for name in kept} == {name: apart[name] for name in kept}
    assert together[""].whole == sum((apart[name].whole for name in small), Fraction(0))


@given(PAIRS)
def test_the_two_parts_of_any_rate_add_up(whole: Pair) -> None:
    expected = change({"a": whole})
    if expected is not None:
        top, bottom = of_parts(whole)
        assert top.whole + bottom.whole == expected
