-- What was published once and is not any more, beside what is published instead.
-- grain  : one row per metric_id, account_id, dimension, member, business_date and reported_from
-- columns: the former parts, value and status, the moments from and until which they were published (UTC), and
--          value_now, status_now, change = value_now - value; lake_versions were read then, lake_versions_now since;
--          grain, window_days and period as in bi_metric_daily
-- traps  : value_now is null when the row vanished, or is unknown now
select
    r.business_date,
    r.metric_id,
    coalesce(c.name_zh, r.metric_id) as name_zh,
    coalesce(c.name_en, r.metric_id) as name_en,
    c.unit,
    c.grain,
    c.window_days,
    'P' || coalesce(c.window_days, 1) || 'D/' || r.business_date as period,
    r.account_id,
    r.dimension,
    r.member,
    r.numerator,
    r.denominator,
    r.value,
    r.completeness,
    r.status,
    r.reported_from,
    r.reported_until,
    v.value as value_now,
    v.status as status_now,
    v.value - r.value as change,
    m.lake_versions,
    n.lake_versions as lake_versions_now
from metric_restatement as r
left join metric_value as v
    on v.metric_id = r.metric_id
    and v.account_id = r.account_id
    and v.dimension = r.dimension
    and v.member = r.member
    and v.business_date = r.business_date
left join measurement as m on m.measurement_id = r.measurement_id
left join measurement as n on n.measurement_id = v.measurement_id
left join metric_catalogue as c on c.metric_id = r.metric_id
