-- Every value that was ever published, with the moments from and until which it was: "what did we report then?"
-- grain  : one row per metric_id, account_id, dimension, member, business_date and reported_from
-- columns: as bi_metric_daily; reported_from and reported_until in UTC, the latter null for what is published now;
--          lake_versions of the run that published it
-- traps  : a moment is inside when reported_from <= moment and (reported_until is null or reported_until > moment);
--          what was measured before the database remembered its runs counts from 1970 on
with published as (
    select
        v.business_date,
        v.metric_id,
        v.account_id,
        v.dimension,
        v.member,
        v.numerator,
        v.denominator,
        v.value,
        v.completeness,
        v.status,
        v.note,
        m.computed_at as reported_from,
        null as reported_until,
        m.lake_versions
    from metric_value as v
    join measurement as m on m.measurement_id = v.measurement_id
    union all
    select
        r.business_date,
        r.metric_id,
        r.account_id,
        r.dimension,
        r.member,
        r.numerator,
        r.denominator,
        r.value,
        r.completeness,
        r.status,
        r.note,
        r.reported_from,
        r.reported_until,
        n.lake_versions
    from metric_restatement as r
    left join measurement as n on n.measurement_id = r.measurement_id
)

select
    p.*,
    coalesce(c.name_zh, p.metric_id) as name_zh,
    coalesce(c.name_en, p.metric_id) as name_en,
    c.unit,
    c.grain,
    c.window_days,
    'P' || coalesce(c.window_days, 1) || 'D/' || p.business_date as period
from published as p
left join metric_catalogue as c on c.metric_id = p.metric_id
