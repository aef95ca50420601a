"""What the linter found, as lines for a terminal and as objects for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from tasks.alerts.lint.flaws import Flaw, Rule

WORDS = {
    "zh-CN": {
        "fail": "错误", "warn": "警告", "conflict": "冲突", "does": "系统", "change": "修改", "colon": "：",
        "form": "方案读不进来", "form_does": "使用方案的运行都会失败", "form_change": "按上面所说改正",
        "verdict": "{fails} 项错误，{warns} 项警告，其中 {settled} 项在方案中已有处理",
        "error_level": "（错误）",
    },
    "en": {
        "fail": "error", "warn": "warning", "conflict": "conflict", "does": "system", "change": "change", "colon": ": ",
        "form": "The plan does not load", "form_does": "every run that needs the plan fails",
        "form_change": "correct it as said above",
        "verdict": "{fails} errors, {warns} warnings, of which the plan itself settles {settled}",
        "error_level": " (error)",
    },
}  # fmt: skip


def lines(flaws: Sequence[Flaw], rules: Sequence[Rule], language: str) -> Iterator[str]:
    """The flaws with what to do, and the verdict last; several of one rule and number stand together."""
    words = WORDS["en" if language == "en" else "zh-CN"]
    titles = {rule.code: rule.words(language)[0] for rule in rules}
    for (level, number, code), group in groupby(flaws, key=lambda f: (f.level, f.number, f.code)):
        found = list(group)
        yield " ".join(part for part in (words[level], number, code, titles.get(code, words["form"])) if part)
        for label, texts in (
            ("conflict", [flaw.text for flaw in found]),
            ("does", [found[0].does or words["form_does"]]),
            ("change", [found[0].change or words["form_change"]]),
        ):
            yield from (f"  {words[label]}{words['colon']}{text}" for text in texts)
    fails = sum(flaw.level == "fail" for flaw in flaws)
    settled = sum(flaw.settled for flaw in flaws)
    yield words["verdict"].format(fails=fails, warns=len(flaws) - fails, settled=settled)


def explained(rules: Sequence[Rule], form: str, language: str) -> Iterator[str]:
    """Every rule: its code, what it looks for, what the system does about it and what to change."""
    words = WORDS["en" if language == "en" else "zh-CN"]
    yield f"{form} {words['form']}{words['error_level']}"
    for rule in rules:
        title, does, change = rule.words(language)
        yield f"{rule.code} {title}{words['error_level'] if rule.level == 'fail' else ''}"
        yield f"  {words['does']}{words['colon']}{does}"
        yield f"  {words['change']}{words['colon']}{change}"


def document(flaws: Sequence[Flaw]) -> list[dict[str, str]]:
    """For programs."""
    return [asdict(flaw) for flaw in flaws]
