"""The doctor's findings for people and programs: lines, a table, a list of objects, a verdict, an exit code; pure.

What hurts stands last, just above the verdict, where a terminal leaves the eye: groups by the worst they hold, and in
each group first what is fine.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from tasks.messages import Finding, Status

MARKS: Mapping[Status, str] = {"ok": "✔", "warn": "⚠", "fail": "✘"}
WEIGHT: Mapping[Status, int] = {"ok": 0, "warn": 1, "fail": 2}
WORDS: Mapping[str, tuple[str, str]] = {
    "installation": ("本机", "This installation"),
    "endpoints": ("接口", "Endpoints"),
    "n_may_be_asked": ("{n} 个可用", "{n} may be asked"),
    "verdict": ("{ok} 项正常，{warn} 项警告，{fail} 项失败", "{ok} fine, {warn} warning{s}, {fail} failed"),
    "join": ("；", "; "),
}
SHORTEST_SECRET = 6
"""Anything shorter is no secret, and taking it out would spoil other words."""
COLUMNS = {
    "zh-CN": ("状态", "账号", "检查", "发现", "后果", "要做的事"),
    "en": ("Status", "Account", "Check", "Found", "Consequence", "To do"),
}


def _word(key: str, language: str) -> str:
    return WORDS[key][1 if language == "en" else 0]


def lines(findings: Iterable[Finding], names: Mapping[str, str], language: str) -> list[str]:
    """The checkup as it is printed, the verdict last.

    Args:
        findings: in any order.
        names: account key → the account's name.
        language: ``zh-CN`` or ``en``.
    """
    groups: dict[str, list[Finding]] = {"": [], **{account: [] for account in names}}
    for finding in findings:
        groups.setdefault(finding.account, []).append(finding)
    told: list[str] = []
    for account, group in sorted(groups.items(), key=lambda item: max(map(_weight, item[1]), default=0)):
        if not group:
            continue
        key = f" ({account})" if language == "en" else f"（{account}）"
        told.append(
            f"■ {names.get(account, account)}{key}" if account else f"■ {_word('installation', language)}"
        )
        told += [line(finding, language) for finding in sorted(_folded(group, language), key=_weight)]
        told.append("")
    return [*told, verdict([f for group in groups.values() for f in group], language)]


def line(finding: Finding, language: str) -> str:
    """One finding in one line: what was found; what follows; → what to do."""
    todo = f"→ {finding.remedy}" if finding.remedy else ""
    parts = [part for part in (finding.found, finding.consequence, todo) if part]
    text = f"{MARKS[finding.status]} {finding.title} — {_word('join', language).join(parts)}"
    return " ".join(text.split())


def verdict(findings: Sequence[Finding], language: str) -> str:
    """``18 项正常，2 项警告，1 项失败``."""
    count = Counter(finding.status for finding in findings)
    told = {status: str(count[status]) for status in MARKS} | {"s": "" if count["warn"] == 1 else "s"}
    return _word("verdict", language).format(**told)


def table(findings: Iterable[Finding], names: Mapping[str, str], language: str) -> list[dict[str, str]]:
    """Rows of a table artifact, the worst first."""
    heads = COLUMNS["en" if language == "en" else "zh-CN"]
    return [
        dict(
            zip(
                heads,
                (
                    MARKS[f.status],
                    names.get(f.account, f.account) or _word("installation", language),
                    f.title,
                    f.found,
                    f.consequence,
                    f.remedy,
                ),
                strict=True,
            )
        )
        for f in sorted(findings, key=_weight, reverse=True)
    ]


def document(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Objects for programs: check, account, status, found, consequence, remedy, code, and the title for people."""
    return [asdict(finding) for finding in sorted(findings, key=lambda f: (f.account, f.check))]


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when anything failed, else 0; warnings do not count."""
    return int(any(finding.status == "fail" for finding in findings))


def hidden(findings: Iterable[Finding], secrets: Iterable[str]) -> list[Finding]:
    """The findings without any of these texts, should the words of a driver or a server have carried one."""
    wanted = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)

    def clean(text: str) -> str:
        for secret in wanted:
            text = text.replace(secret, "***")
        return text

    return [
        replace(f, found=clean(f.found), consequence=clean(f.consequence), remedy=clean(f.remedy))
        for f in findings
    ]


def _weight(finding: Finding) -> int:
    return WEIGHT[finding.status]


def _folded(group: Sequence[Finding], language: str) -> list[Finding]:
    """Endpoints that are fine as one line: a dozen of them would hide the one that is not."""
    fine = [f for f in group if f.status == "ok" and f.check.startswith("endpoint.")]
    if len(fine) < 2:
        return list(group)
    rest = [f for f in group if f not in fine]
    told = _word("n_may_be_asked", language).format(n=len(fine))
    return [*rest, Finding("endpoints", _word("endpoints", language), "ok", told, fine[0].account)]
