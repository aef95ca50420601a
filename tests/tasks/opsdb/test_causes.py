import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks.errors import BadRequest
from tasks.opsdb import causes
from tasks.records import Contribution

DAY = dt.date(2026, 7, 25)
CAUSE = Contribution(
    "oa_open_rate", DAY, dt.date(2026, 6, 27), "account", "oa_a", 0.16, 0.14, -0.002, -0.012, 0.74, 1
)


def test_causes_come_back_as_they_were_written_by_metric_dimension_and_rank(ops: sa.Engine) -> None:
    rest = replace(CAUSE, member="", before=None, mix=-0.005, within=0.0, share=0.26, rank=2)
    other = replace(
        CAUSE, metric_id="orders", dimension="", member="", share=None, rank=0, note="无法解释变化"
    )

    assert causes.write(ops, DAY, [other, rest, CAUSE]) == 3
    assert causes.of(ops, DAY) == [CAUSE, rest, other]


def test_explaining_a_day_again_replaces_it_and_only_it(ops: sa.Engine) -> None:
    before = replace(CAUSE, business_date=DAY - dt.timedelta(days=1))
    causes.write(ops, before.business_date, [before])
    causes.write(ops, DAY, [CAUSE, replace(CAUSE, member="oa_b", rank=2)])
    causes.write(ops, DAY, [replace(CAUSE, member="oa_b", rank=1)])

    assert [(c.member, c.rank) for c in causes.of(ops, DAY)] == [("oa_b", 1)]
    assert causes.of(ops, before.business_date) == [before]
    assert causes.write(ops, DAY, []) == 0
    assert causes.of(ops, DAY) == []


def test_a_cause_of_another_day_is_refused(ops: sa.Engine) -> None:
    with pytest.raises(BadRequest, match="2026-07-25 is not of 2026-07-26"):
        causes.write(ops, DAY + dt.timedelta(days=1), [CAUSE])
