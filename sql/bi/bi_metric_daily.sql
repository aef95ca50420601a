-- Every metric's value of every day as it is published now, with the metric's name and unit.
-- grain  : one row per metric_id, account_id, dimension, member and business_date
-- columns: metric_value, joined with metric_catalogue (name_zh, name_en, unit, direction, grain, window_days), account
--          and measurement (computed_at in UTC; lake_versions: JSON, dataset -> version read); period is the days behind
--          the value as ISO 8601 duration/end, P7D/2026-07-20: the 7 days that end with the 20th
-- traps  : account_id '*' is the whole brand and dimension '' the total: choose both, or sums count things twice;
--          persons of several days do not add up; a null value is unknown, not 0; status is ok, approx or grey
select
    v.business_date,
    v.metric_id,
    coalesce(c.name_zh, v.metric_id) as name_zh,
    coalesce(c.name_en, v.metric_id) as name_en,
    c.unit,
    c.direction,
    c.grain,
    c.window_days,
    'P' || coalesce(c.window_days, 1) || 'D/' || v.business_date as period,
    v.account_id,
    coalesce(a.name, v.account_id) as account_name,
    v.dimension,
    v.member,
    v.numerator,
    v.denominator,
    v.value,
    v.completeness,
    v.status,
    v.note,
    m.computed_at,
    m.lake_versions
from metric_value as v
left join metric_catalogue as c on c.metric_id = v.metric_id
left join account as a on a.account_id = v.account_id
left join measurement as m on m.measurement_id = v.measurement_id
