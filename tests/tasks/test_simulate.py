"""The simulated brand follows the shipped plan, cut to its size."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path

from tasks import settings, simulate
from tasks.alerts.plan import load_plan
from tasks.sandbox.feishu_lists import BUDGET

DAY = dt.date(2026, 7, 21)


def test_the_plan_of_a_small_brand_has_its_dates_its_population_and_its_money(tmp_path: Path) -> None:
    here = settings.load().model_copy(update={"data_dir": tmp_path})
    path = Path(simulate.plan_of_size(here, 5000, DAY))
    plan = load_plan(tomllib.loads(path.read_text(encoding="utf-8")))

    assert plan.brand.start_date == DAY - dt.timedelta(days=100)
    assert plan.brand.population_scale == Decimal("0.003")
    assert [(line.low_cny, line.high_cny) for line in plan.budget if line.id == "campaigns"] == [
        (40_000, 50_000)
    ]
    # The table that the brand keeps in Feishu plans the middle of the same ranges.
    middles = {line.name_zh: float(line.low_cny + line.high_cny) / 2 for line in plan.budget}
    assert middles == {line.name: line.yearly(5000) for line in BUDGET}


def test_an_industry_to_compare_with_is_made_up_for_the_simulated_brand_alone(tmp_path: Path) -> None:
    here = settings.load().model_copy(update={"data_dir": tmp_path})
    path = Path(simulate.plan_of_size(here, 5000, DAY))

    assert "fission_rate" in load_plan(tomllib.loads(path.read_text(encoding="utf-8"))).brand.industry
    assert "fission_rate" not in load_plan(here.document("plan")).brand.industry
