"""The cells of every source by day, as a table for people: what came, what did not, and what is not due (floor 2)."""

from tasks.calendars import Window
from tasks.metrics.completeness import Cells
from tasks.records import Verdict

MARKS = {
    Verdict.ok: ("✔", "已到", "ok"),
    Verdict.late: ("◔", "迟到", "late"),
    Verdict.empty: ("○", "为空", "empty"),
    Verdict.suspect_zero: ("?", "可疑的 0", "suspect zero"),
    Verdict.error: ("✘", "失败", "error"),
    None: ("—", "未读取", "never read"),
}
"""Mark of each verdict, with its Chinese and English name; ``None`` is a due cell that nobody asked for."""
HEADS = {"zh-CN": ("来源", "近 30 天"), "en": ("Source", "30 days")}


def legend(language: str) -> str:
    """What the marks mean, in one line; an empty cell was not due."""
    return " ".join(
        mark + (english if language == "en" else chinese) for mark, chinese, english in MARKS.values()
    )


def matrix(cells: Cells, window: Window, language: str = "zh-CN") -> list[dict[str, str]]:
    """One row per source, lowest 30-day share first, one column per day of ``window``, newest first.

    Args:
        cells: every cell of the brand.
        window: the days shown.
        language: of the column heads and of the sources' names.

    Returns:
        Rows for a table artifact. A source's marks are those of :func:`legend`; blank where nothing was due.
    """
    name, month = HEADS["en" if language == "en" else "zh-CN"]
    sources = sorted(cells.sources(window, language), key=lambda source: (source.share is None, source.share))
    return [
        {
            name: source.name,
            month: "" if source.share is None else f"{source.share:.1%}",
            **{
                f"{day:%m-%d}": MARKS[source.verdicts[day]][0] if day in source.verdicts else ""
                for day in reversed(list(window.days()))
            },
        }
        for source in sources
    ]
