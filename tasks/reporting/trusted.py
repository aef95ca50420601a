"""How far a report's figures can be trusted, in the reader's words: the same lines in every report."""

import datetime as dt

from tasks.records import Trust
from tasks.reporting import figures
from tasks.reporting.views import TrustView
from tasks.reporting.words import Words


def trust_view(trust: Trust, day: dt.date, w: Words) -> TrustView:
    """What a report says about the data of ``day``."""
    parts = [w["complete_none"]]
    summary = [w["complete_none"]]
    if trust.completeness is not None:
        parts = [
            w["complete_day"].format(share=figures.share(trust.completeness), due=trust.due, ok=trust.ok)
        ]
        summary = [w["complete_short"].format(share=figures.share(trust.completeness))]
    if trust.completeness_30d is not None:
        parts.append(w["complete_30d"].format(share=figures.share(trust.completeness_30d)))
    if trust.worst:
        low = [f"{name} {figures.share(share)}" for name, share in trust.worst]
        parts.append(w["complete_worst"].format(sources=w["list"].join(low)))
    named = {"failed": trust.failed, "late": trust.late, "doubtful": trust.doubtful}
    named["warnings"] = trust.warnings
    summary += [w[f"n_{key}"].format(n=len(entries)) for key, entries in named.items() if entries]
    groups = tuple((w[key], tuple(rows)) for key, rows in named.items() if rows)
    if not groups and trust.due and trust.ok == trust.due:
        parts.append(w["all_arrived"])
    return TrustView(
        tone="bad" if trust.failed else "warn" if groups else "good",
        summary=tuple(summary),
        completeness=w["comma"].join(parts),
        groups=groups,
        revised=w["revised"].format(days=trust.revised_days) if trust.revised_days else "",
        timing=w["timing"].format(date=figures.short_date(day, w)),
    )
