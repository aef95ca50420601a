"""Queries get the plan's numbers as they stand in the plan, for the size of this brand."""

import copy
import datetime as dt
from decimal import Decimal

from tasks.alerts.constants import constants, wanted
from tasks.alerts.plan import load_plan

D = Decimal


def test_limits_and_aims_are_those_of_gates_and_milestones(shipped):
    known = constants(shipped)

    assert known["plan_start"] == dt.date(2026, 9, 1)
    assert (known["limit_takedown_hours"], known["limit_production_cycle_days"]) == (1, 7)
    assert known["aim_campaign_new_users"] == 200_000
    # Several milestones ask for it: the smallest is the first to reach.
    assert known["aim_marketing_roi"] == 3


def test_counts_of_persons_shrink_with_the_brand_and_nothing_else(shipped_document):
    small = copy.deepcopy(shipped_document)
    small["brand"]["population_scale"] = 0.003
    known = constants(load_plan(small))

    assert known["aim_campaign_new_users"] == 600
    assert known["aim_large_campaigns"] == 3
    assert known["budget_lines"][0]["year_cny"] == 1_000_000


def test_a_budget_is_the_upper_end_of_its_line_and_labour_is_what_the_plan_tags_so(shipped):
    lines = {line["line_id"]: line for line in constants(shipped)["budget_lines"]}

    assert lines["campaigns"] == {
        "line_id": "campaigns", "year_cny": D(500_000), "is_labour": False, "effort": None,
    }  # fmt: skip
    assert [name for name, line in lines.items() if line["is_labour"]] == [
        "content_team",
        "technology_team",
        "operations_team",
    ]


def test_shares_of_both_mixes_come_with_their_label(shipped):
    shares = constants(shipped)["mix_shares"]

    assert {"label": "pyramid_layer", "member": "brand_values", "share": D("0.20")} in shares
    assert len(shares) == 7


def test_a_query_gets_what_it_names_and_null_for_what_the_plan_leaves_out(shipped_document):
    document = copy.deepcopy(shipped_document)
    document["brand"]["industry"] = {"fission_rate": 0.2}
    known = constants(load_plan(document))

    assert wanted(("industry_fission_rate", "industry_monthly_retention", "no_such_name"), known) == {
        "industry_fission_rate": D("0.2"),
        "industry_monthly_retention": None,
    }
