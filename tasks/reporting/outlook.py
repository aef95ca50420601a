"""Where a KPI that is behind will be: how late it is by now, and where its recent pace leads."""

from tasks.records import AlertRow, Metric
from tasks.reporting import figures
from tasks.reporting.words import Words


def outlook(row: AlertRow, metric: Metric, w: Words, language: str) -> list[str]:
    """How late by now, and what follows for the next checkpoint; nothing where nothing is known."""
    late = slippage(row, w)
    return [late] * bool(late) + landing(row, metric, w, language)


def slippage(row: AlertRow, w: Words) -> str:
    """How many days late the number is; of one worse than its start, at least how many. Empty when it is not late."""
    if not row.slippage_days or row.slippage_days < 0:
        return ""
    return w["slippage_more" if row.slips_more else "slippage"].format(days=row.slippage_days)


def landing(row: AlertRow, metric: Metric, w: Words, language: str) -> list[str]:
    """When the next checkpoint is reached at the recent pace, and the 80 % range of the value on its day."""
    told: list[str] = []
    if not row.next_date or row.next_value is None:
        return told
    planned, value = str(row.next_date), figures.figure(row.next_value, metric, language)
    if row.projected_date and row.late_days and row.late_days > 0:
        words = w["projected_one" if row.late_days == 1 else "projected"]
        told.append(words.format(value=value, date=row.projected_date, planned=planned, n=row.late_days))
    elif row.unreachable:
        told.append(w["never"].format(value=value, planned=planned))
    if row.forecast_low is not None and row.forecast_high is not None:
        low, high = (figures.figure(v, metric, language) for v in (row.forecast_low, row.forecast_high))
        told.append(w["range"].format(planned=planned, low=low, high=high))
    return told
