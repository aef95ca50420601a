import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.lake.store import Lake

DECLARATIONS = {
    "land_day": """-- Figures of a day.
-- key       : account_id, business_date, channel
-- partition : account_id, month
-- slice     : business_date
-- source    : test
create table land_day (
    account_id    text,           -- our key of the account
    business_date date,           -- day the figures are of
    channel       integer,        -- platform code
    followers     bigint,         -- persons
    share         double,         -- 0-1
    paid_cny      decimal(18, 2), -- CNY
    is_final      boolean,        -- no more restatements
    read_at       timestamptz,    -- UTC
    remark        text            -- as given
);
""",
    "land_person": """-- Everybody ever seen.
-- key       : account_id, member_key, staff_id
-- partition : account_id
-- slice     : account_id
-- source    : test
create table land_person (
    account_id text,        -- our key of the account
    member_key text,        -- keyed hash
    staff_id   text,        -- userid
    scene      text,        -- how they came
    added_at   timestamptz, -- UTC
    seen_date  date,        -- first business date seen
    gone_date  date         -- null while present
);
""",
    "fct_whole": """-- One row per account, always built whole.
-- key       : account_id
-- partition : -
-- slice     : -
-- source    : land_day
create table fct_whole (
    account_id text,   -- our key of the account
    followers  bigint, -- persons
    share      double  -- 0-1
);
""",
    "fct_day": """-- Figures of a day, all channels.
-- key       : account_id, business_date
-- partition : month
-- slice     : business_date
-- source    : land_day
create table fct_day (
    account_id    text,           -- our key of the account
    business_date date,           -- day the figures are of
    followers     bigint,         -- persons
    paid_cny      decimal(18, 2)  -- CNY
);
""",
}


@pytest.fixture
def declarations(tmp_path: Path) -> Path:
    """A folder of small declarations and the real ones of raw answers and person ids."""
    folder = tmp_path / "declared"
    folder.mkdir()
    for name, text in DECLARATIONS.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    for name in ("raw_api", "map_person_id"):
        real = Path(__file__).parents[3] / "sql" / "lake" / f"{name}.sql"
        (folder / f"{name}.sql").write_text(real.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture
def lake(tmp_path: Path, declarations: Path) -> Lake:
    """An empty lake."""
    return Lake(str(tmp_path / "lake"), declarations=declarations)


@pytest.fixture
def figures() -> Callable[..., dict[str, Any]]:
    """A row of ``land_day`` on the nth day."""

    def row(n: int = 0, account_id: str = "oa", **more: Any) -> dict[str, Any]:
        return {
            "account_id": account_id,
            "business_date": dt.date(2026, 7, 1) + dt.timedelta(days=n),
            "channel": 0,
            "followers": 1,
            "share": None,
            "paid_cny": None,
            "is_final": None,
            "read_at": None,
            "remark": None,
        } | more

    return row
