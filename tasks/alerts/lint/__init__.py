"""A plan that loads, read for what its author can hardly have meant; pure.

Errors are what a run would stumble over; warnings are what it would do, though probably nobody wants it. ``names``,
``pace``, ``months``, ``words``, ``shares`` and ``limits`` hold the rules by theme, each with a stable code. Where a
plan settles what a rule finds (``[[resolution]]``), the warning carries the number the brand knows it by.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tasks.alerts.lint import limits, months, names, pace, shares, words
from tasks.alerts.lint.flaws import Clash, Flaw, Platform, Reading, Rule, World, platform_of
from tasks.alerts.plan import faults, load_plan
from tasks.alerts.refusals import FILE

FORM = "P-00"
"""The code of everything that keeps a plan from loading."""


def _no_rule(r: Reading) -> Iterator[Clash]:
    known = {rule.code for rule in RULES}
    for resolution in r.plan.resolutions:
        for code in resolution.rules:
            if code not in known:
                yield Clash(
                    r.say(
                        f"resolution {resolution.number}：没有名为 {code} 的检查规则",
                        f"resolution {resolution.number}: there is no rule {code}",
                    ),
                    frozenset({resolution.number}),
                )


RULES: tuple[Rule, ...] = (
    *names.RULES,
    Rule(
        "P-07", "处理所指的规则不存在", "A resolution of a rule that is not there",
        "这条处理不起作用", "this resolution has no effect",
        "改 resolution 的 rules，见 plan check --explain", "correct rules, see plan check --explain",
        _no_rule,
    ),
    *pace.RULES,
    *months.RULES,
    *words.RULES,
    *shares.RULES,
    *limits.RULES,
)  # fmt: skip

__all__ = ["FORM", "RULES", "Flaw", "Platform", "Rule", "World", "lint", "platform_of"]


def lint(document: Mapping[str, Any], world: World, language: str, file: str = FILE) -> list[Flaw]:
    """Everything wrong with a parsed ``plan.toml``: errors first, then warnings by number, then by rule.

    Args:
        document: the plan.
        world: what it is compared with.
        language: ``zh-CN`` or ``en``.
        file: how the reader knows the file.
    """
    refused = faults(document, language, file)
    if refused:
        return [Flaw("fail", text, FORM) for text in refused]
    reading = Reading(load_plan(document), world, language)
    found = [_flaw(reading, rule, clash) for rule in RULES for clash in rule.look(reading)]
    return sorted(found, key=lambda flaw: (flaw.level != "fail", not flaw.settled, flaw.number))


def _flaw(reading: Reading, rule: Rule, clash: Clash) -> Flaw:
    settled = next((r for r in reading.plan.resolutions if r.settles(rule.code, clash.about)), None)
    _, does, change = rule.words(reading.language)
    return Flaw(
        level=rule.level,
        text=clash.text,
        code=rule.code,
        number=settled.number if settled else "",
        does=settled.text(reading.language) if settled else does,
        change=change,
    )
