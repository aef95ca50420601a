import copy
import datetime as dt
from decimal import Decimal

import pytest

from tasks import settings
from tasks.alerts.entries import Kpi
from tasks.alerts.plan import load_plan
from tasks.errors import ConfigurationError

D = Decimal
FIRST = "first_value"
# Table 10 of the plan: metric → (start, {month: value}, direction).
TABLE_10 = {
    "private_domain_users": (FIRST, {6: 1_000_000, 18: 3_000_000, 30: 5_000_000, 36: 5_000_000}, "up"),
    "user_mau_rate": ("0.15", {18: "0.30", 36: "0.40"}, "up"),
    "community_active_rate": (FIRST, {6: "0.25"}, "up"),
    "originality_rate": ("0.20", {6: "0.30", 36: "0.50"}, "up"),
    "marketing_roi": (2, {6: 3, 18: 5, 30: 8, 36: 8}, "up"),
    "browse_to_order": ("0.05", {18: "0.10", 36: "0.12"}, "up"),
    "end_to_end_conversion": ("0.003", {36: "0.015"}, "up"),
    "repurchase_rate": ("0.10", {30: "0.35", 36: "0.35"}, "up"),
    "wechat_gmv_share": ("0.30", {30: "0.60", 36: "0.60"}, "up"),
    "data_driven_decision_share": ("0.40", {12: "0.70", 36: "0.90"}, "up"),
    "core_tags": (0, {1: 100}, "up"),
    "tag_values": (0, {3: 5000}, "up"),
    "large_campaigns": (0, {9: 3}, "up"),
    "partners": (0, {24: 50}, "up"),
    "oa_open_rate": ("0.08", {36: "0.25"}, "up"),
    "oa_interaction_rate": ("0.03", {36: "0.15"}, "up"),
    "oa_share_rate": ("0.10", {36: "0.30"}, "up"),
    "high_value_share": ("0.15", {36: "0.30"}, "up"),
    "messages_per_group_day": (10, {36: 50}, "up"),
    "group_exit_rate": ("0.35", {36: "0.10"}, "down"),
    "read_to_mp_click": ("0.08", {36: "0.20"}, "up"),
    "repeat_conversion": ("0.20", {36: "0.40"}, "up"),
    "mp_d7_retention": ("0.20", {36: "0.50"}, "up"),
    "referral_rate": ("0.05", {36: "0.20"}, "up"),
    "cac_cny": (500, {36: 80}, "down"),
    "monthly_opens_per_user": (8, {36: 15}, "up"),
}
GATES = {
    "original_items_month": ("least", 50, "items"),
    "production_cycle_days": ("most", 7, "days"),
    "tag_updates_month": ("least", 2, "times"),
    "community_topics_month": ("least", 4, "times"),
    "data_completeness": ("least", "0.95", "share"),
    "analysis_latency_minutes": ("most", 60, "minutes"),
    "reply_minutes": ("most", 5, "minutes"),
    "marketing_message_share": ("most", "0.30", "share"),
    "mp_load_seconds": ("most", 2, "seconds"),
    "takedown_hours": ("most", 1, "hours"),
    "recovery_hours": ("most", 2, "hours"),
    "content_satisfaction": ("least", "0.85", "share"),
    "wake_up_rate": ("least", "0.25", "share"),
    "win_back_rate": ("least", "0.25", "share"),
}


class TestShipped:
    @pytest.mark.parametrize("metric", TABLE_10)
    def test_every_row_of_table_10_has_its_exact_numbers(self, shipped, metric):
        start, points, direction = TABLE_10[metric]
        kpi = shipped.entries[metric]
        assert isinstance(kpi, Kpi)
        assert kpi.baseline == (start if start == FIRST else D(start))
        assert {point.month: point.value for point in kpi.points} == {m: D(v) for m, v in points.items()}
        assert kpi.direction == direction
        assert kpi.lag_basis == "progress"

    def test_the_other_kpis_are_targets_without_a_stated_start(self, shipped):
        others = {kpi.metric: kpi for kpi in shipped.kpis if kpi.metric not in TABLE_10}
        assert sorted(others) == ["loyal_users", "mp_session_minutes", "profile_accuracy", "ugc_share"]
        assert all(kpi.baseline == FIRST for kpi in others.values())
        assert all(kpi.measured for kpi in others.values())

    @pytest.mark.parametrize("metric", GATES)
    def test_every_constant_gate_has_its_limit(self, shipped, metric):
        side, limit, unit = GATES[metric]
        gate = next(gate for gate in shipped.gates if gate.metric == metric)
        assert (gate.at_least if side == "least" else gate.at_most) == D(limit)
        assert gate.unit == unit

    def test_what_the_catalogue_measures_is_judged_and_nothing_else(self, shipped):
        catalogue = settings.load().document("metrics")

        assert set(shipped.metric_ids) == set(shipped.entries) & set(catalogue)
        assert set(shipped.measured_baselines) == {
            kpi.metric for kpi in shipped.kpis if kpi.baseline == FIRST and kpi.metric in catalogue
        }
        assert len(shipped.not_measured("en")) == len(set(shipped.entries) - set(catalogue))

    def test_levels_and_rules_are_the_plans(self, shipped):
        assert [shipped.levels.yellow.lag, shipped.levels.orange.lag, shipped.levels.red.lag] == [
            D("0.10"), D("0.20"), D("0.30"),
        ]  # fmt: skip
        rules = shipped.rules
        assert (rules.warm_up_days, rules.hysteresis, rules.reminder_day) == (14, 2, 7)
        assert (rules.noise_floor, rules.complete_share) == (D("0.02"), D("0.95"))

    def test_twelve_milestones_in_their_months(self, shipped):
        assert {m.id: m.month for m in shipped.milestones} == {
            "MS-01": 1, "MS-02": 2, "MS-03": 3, "MS-04": 6, "MS-05": 9, "MS-06": 12,
            "MS-07": 18, "MS-08": 21, "MS-09": 24, "MS-10": 30, "MS-11": 36, "MS-12": 42,
        }  # fmt: skip

    def test_milestones_and_curves_ask_for_the_same_numbers(self, shipped):
        for milestone in shipped.milestones:
            for aim in milestone.aims:
                entry = shipped.entries.get(aim.metric)
                if isinstance(entry, Kpi):
                    points = {point.month: point.value for point in entry.points}
                    assert points[milestone.month] == aim.at_least, (milestone.id, aim.metric)
                    assert aim.unit == entry.unit
                elif entry is not None:
                    assert entry.limit in (aim.at_least, aim.at_most)

    def test_the_phases_follow_each_other_for_39_months(self, shipped):
        months = [range(phase.first_month, phase.last_month + 1) for phase in shipped.phases]
        assert [len(m) for m in months] == [3, 6, 12, 18]
        assert [month for m in months for month in m] == list(range(1, 40))

    def test_the_mixes_are_30_25_20_25_and_20_30_50(self, shipped):
        assert [[D(100) * share for share in mix.shares.values()] for mix in shipped.mixes] == [
            [30, 25, 20, 25],
            [20, 30, 50],
        ]
        assert all(mix.tolerance == D("0.05") for mix in shipped.mixes)

    def test_the_budget_is_3_5_to_4_5_million_of_which_labour_is_more_than_half(self, shipped):
        assert sum(line.low_cny for line in shipped.budget) == 3_500_000
        assert sum(line.high_cny for line in shipped.budget) == 4_500_000
        labour = [line for line in shipped.budget if "labour" in line.tags]
        assert (sum(x.low_cny for x in labour), sum(x.high_cny for x in labour)) == (2_400_000, 3_000_000)
        assert {rule.tag: rule.share for rule in shipped.budget_rules} == {"labour": D("0.5")}
        assert shipped.limit(shipped.entries["innovation_spend_share"]) == D("0.2"), "the other 80 % are core"

    def test_all_of_chapter_one_is_quoted(self, shipped):
        quoted = {benchmark.seed for benchmark in shipped.benchmarks}
        assert {f"BG-{number:02d}" for number in range(1, 16)} <= quoted

    def test_relative_targets_keep_their_sign(self, shipped):
        assert {entry.metric: entry.change for entry in shipped.relatives} == {
            "high_value_aov_cny": D("0.30"), "at_risk_churn_rate": D("-0.35"), "add_to_cart_rate": D("0.25"),
            "production_cycle_quarter_days": D("-0.30"), "complaints": D("-0.50"),
            "market_response_speed": D("0.50"),
        }  # fmt: skip


def expected(plan, metric, day, baseline=None):
    curve = plan.curve(metric, baseline)
    return curve.at(day) if curve else None


class TestExpected:
    def test_the_curve_moves_with_the_calendar(self, shipped):
        assert expected(shipped, "oa_open_rate", dt.date(2026, 9, 1)) == D("0.08")
        assert expected(shipped, "oa_open_rate", dt.date(2028, 3, 2)) == D("0.165")
        assert expected(shipped, "oa_open_rate", dt.date(2029, 9, 1)) == D("0.25")
        assert expected(shipped, "oa_open_rate", dt.date(2020, 1, 1)) == D("0.08")
        assert expected(shipped, "cac_cny", dt.date(2028, 3, 2)) == 290

    def test_months_end_where_the_calendar_says(self, shipped_document):
        document = copy.deepcopy(shipped_document)
        document["brand"]["start_date"] = dt.date(2026, 8, 31)
        plan = load_plan(document)
        assert plan.date_of(6) == dt.date(2027, 2, 28)
        assert expected(plan, "marketing_roi", dt.date(2027, 2, 28)) == 3

    def test_an_unknown_start_value_gives_no_curve(self, shipped):
        assert expected(shipped, "private_domain_users", dt.date(2027, 3, 1)) is None
        assert expected(shipped, "private_domain_users", dt.date(2027, 3, 1), 200_000) == 1_000_000
        assert expected(shipped, "private_domain_users", dt.date(2026, 9, 1), 200_000) == 200_000

    def test_a_stated_start_value_wins_over_the_measured_one(self, shipped):
        assert expected(shipped, "oa_open_rate", dt.date(2026, 9, 1), 0.5) == D("0.08")

    def test_a_pilot_shrinks_persons_and_nothing_else(self, shipped_document):
        document = copy.deepcopy(shipped_document)
        document["brand"]["population_scale"] = "0.001"
        plan = load_plan(document)
        day = dt.date(2027, 3, 1)
        assert expected(plan, "private_domain_users", day, 200) == 1000
        assert expected(plan, "private_domain_users", dt.date(2026, 9, 1), 200) == 200, (
            "measured, so already small"
        )
        assert expected(plan, "marketing_roi", day) == 3
        assert expected(plan, "tag_values", day) == 5000
        assert plan.limit(next(g for g in plan.gates if g.metric == "reply_minutes")) == 5

    def test_a_metric_outside_the_plan_is_said_to_be_so(self, shipped):
        with pytest.raises(ConfigurationError, match="no kpi named reply_minutes"):
            expected(shipped, "reply_minutes", dt.date(2027, 1, 1))
