"""Numbers of the plan that analysis queries need: handed to them as params, so that no SQL repeats the plan.

A query names a constant in its header like any other param (``params : start_date, end_date, plan_start``) and
gets it by that name; see :func:`constants`. What the plan does not state is null there.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tasks.alerts.plan import Plan

NAMED = ("limit_", "aim_", "industry_")
"""Beginnings of names that a plan may leave out; the query then gets null and measures nothing."""


def constants(plan: Plan) -> dict[str, Any]:
    """Every number of the plan by the name of its param.

    Returns:
        ``plan_start`` (date); ``population_scale``; ``high_value_cny``; ``limit_<metric>`` of each gate and
        ``aim_<metric>``, the smallest number that a milestone asks of the metric, both for this brand's
        population;
        ``industry_<name>`` of ``[brand.industry]``; and as lists of structs ``mix_shares`` (label, member,
        share) and ``budget_lines`` (line_id, year_cny, is_labour, effort). Of a line's range the upper end is
        the budget: spending beyond it is overspending. Numbers are decimals.
    """
    return {
        "plan_start": plan.brand.start_date,
        "population_scale": plan.brand.population_scale,
        "high_value_cny": plan.brand.high_value_cny,
        **{f"limit_{gate.metric}": plan.limit(gate) for gate in plan.gates},
        **_aims(plan),
        **{f"industry_{name}": value for name, value in plan.brand.industry.items()},
        "mix_shares": [
            {"label": mix.label, "member": member, "share": share}
            for mix in plan.mixes
            for member, share in mix.shares.items()
        ],
        "budget_lines": [
            {
                "line_id": line.id,
                "year_cny": line.high_cny,
                "is_labour": "labour" in line.tags,
                "effort": next((tag for tag in ("core", "innovation") if tag in line.tags), None),
            }
            for line in plan.budget
        ],
    }


def wanted(names: Iterable[str], known: dict[str, Any]) -> dict[str, Any]:
    """Those of the constants that a query asks for; null where the plan may leave one out, and does."""
    return {name: known.get(name) for name in names if name in known or name.startswith(NAMED)}


def _aims(plan: Plan) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for milestone in plan.milestones:
        for aim in milestone.aims:
            if aim.at_least is not None:
                name, value = f"aim_{aim.metric}", plan.scaled(aim.at_least, aim.unit)
                found[name] = min(found.get(name, value), value)
    return found
