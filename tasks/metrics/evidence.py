"""What a decision may rest on: a link, or the id of something that can be looked up. Any other text is no evidence."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

REPORTS = (
    "digest",
    "daily-sync",
    "weekly-content-retrospective",
    "retrospective",
    "quarterly-review",
    "catalogue",
    "emergency-plan",
)
"""What reports are called; a period follows: ``digest-2026-07-20``, ``retrospective-2026-W30``."""
_LINK = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True)
class Citable:
    """Everything of ours that a decision may cite by its id."""

    metrics: Collection[str]
    alerts: Collection[str]
    """Keys of what is or was warned of beside the metrics: ``milestone:MS-04``, ``incident:INC-007``."""

    def holds(self, text: str) -> bool:
        """Whether one id or link is evidence."""
        name, _, day = text.strip().partition("@")
        if _LINK.fullmatch(text.strip()):
            return True
        if name in self.metrics or name in self.alerts:
            return not day or _is_period(day)
        report = next((r for r in sorted(REPORTS, key=len, reverse=True) if name.startswith(f"{r}-")), "")
        return _is_period(name.removeprefix(f"{report}-")) and "@" not in text

    def backs(self, text: str | None) -> bool:
        """Whether a cell of an imported file, which may hold several ids or links, holds one that is evidence."""
        return any(self.holds(part) for part in _BETWEEN.split(text or "") if part)


def _is_period(text: str) -> bool:
    """A day, an ISO week (``2026-W30``), a month (``2026-07``) or a quarter (``2026-Q3``)."""
    for form in (text, f"{text}-1", f"{text}-01"):
        try:
            dt.date.fromisoformat(form)
        except ValueError:
            continue
        return "-" in text
    return re.fullmatch(r"\d{4}-Q[1-4]", text) is not None
