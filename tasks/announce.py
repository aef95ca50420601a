"""Say in Prefect's event feed that a level changed, so that automations and people can act on it (floor 5).

``deployments/automations.yaml`` holds samples of what may follow.
"""

from collections.abc import Iterable, Sequence

from prefect.events import emit_event

from tasks.alerts.entries import Gate, Kpi, Relative
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Contribution, Notice

EVENT = "wechat-ops.alert.level-changed"
ACCOUNT = "account"
"""The dimension whose members are accounts."""


def top_causes(causes: Iterable[Contribution], metric_id: str) -> list[Contribution]:
    """The first contribution of each dimension of a metric, the largest share first; none that is only a remark."""
    first = [c for c in causes if c.metric_id == metric_id and c.rank == 1 and not c.note]
    return sorted(first, key=lambda c: -(c.share or 0))


def entry_of(plan: Plan, metric_id: str) -> Kpi | Gate | Relative | None:
    """What the plan says of a judged metric; None when it says nothing."""
    relatives = {entry.metric: entry for entry in plan.relatives}
    return plan.entries.get(metric_id) or relatives.get(metric_id)


def announce(row: AlertRow, plan: Plan, causes: Sequence[Contribution] = ()) -> None:
    """One event per level change, with what an automation or a person needs to act.

    Related resources by role: ``owner``, ``plan-version``, ``cause`` (top member of each dimension), ``account``
    (where that dimension is the account).
    """
    top = top_causes(causes, row.metric_id)
    owned = (*plan.entries.values(), *plan.relatives)
    owner = next(entry.owner for entry in owned if entry.metric == row.metric_id)
    emit_event(
        event=EVENT,
        resource={
            "prefect.resource.id": f"wechat-ops.metric.{row.metric_id}",
            "prefect.resource.name": row.metric_id,
            "wechat-ops.level": row.level,
            "wechat-ops.change": row.changed,
        },
        related=[
            related("owner", owner, row.owner),
            *([related("plan-version", row.plan_version)] if row.plan_version else []),
            *(related("cause", f"{c.dimension}.{c.member}", f"{c.dimension}={c.member}") for c in top),
            *(related("account", c.member) for c in top if c.dimension == ACCOUNT and c.member),
        ],
        payload={
            "metric_id": row.metric_id,
            "business_date": row.business_date.isoformat(),
            "level": row.level,
            "change": row.changed,
            "since": row.since.isoformat(),
            "actual": row.actual,
            "expected": row.expected,
            "lag": row.lag,
            "owner": row.owner,
            "action": row.action,
            "due_date": row.due_date.isoformat() if row.due_date else None,
            "plan_version": row.plan_version,
            "causes": [{"dimension": c.dimension, "member": c.member, "share": c.share} for c in top],
        },
    )


def announce_notice(notice: Notice, plan: Plan) -> None:
    """The same event about a milestone, budget line, content mix, incident or churn.

    Its resource is ``wechat-ops.notice.<key>``, so that what follows a KPI's red does not follow it by accident.
    """
    owner = plan.owners.get(notice.owner)
    emit_event(
        event=EVENT,
        resource={
            "prefect.resource.id": f"wechat-ops.notice.{notice.key}",
            "prefect.resource.name": notice.title,
            "wechat-ops.kind": notice.kind,
            "wechat-ops.level": notice.level,
            "wechat-ops.change": notice.changed,
        },
        related=[related("owner", notice.owner, owner.name_zh if owner else "")] if notice.owner else [],
        payload={
            "key": notice.key,
            "kind": notice.kind,
            "business_date": notice.business_date.isoformat(),
            "level": notice.level,
            "change": notice.changed,
            "since": notice.since.isoformat(),
            "title": notice.title,
            "reason": notice.reason,
            "owner": notice.owner,
            "action": notice.action,
            "due_date": notice.due_date.isoformat() if notice.due_date else None,
        },
    )


def related(role: str, name: str, shown: str = "") -> dict[str, str]:
    """A resource beside the metric: ``wechat-ops.<role>.<name>``."""
    return {
        "prefect.resource.id": f"wechat-ops.{role}.{name}",
        "prefect.resource.role": role,
        "prefect.resource.name": shown or name,
    }
