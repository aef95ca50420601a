-- Every value that was ever published, with the moments from and until which it was: "what did we report then?"
-- grain  : one row per metric_id, account_id, dimension, member, business_date and reported_from
-- columns: as bi_metric_daily; reported_from and reported_until in UTC, the latter null for what is published now
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
        null as reported_until
    from metric_value as v
    join measurement as m on m.measurement_id = v.measurement_id
    union all
    select
        business_date,
        metric_id,
        account_id,
        dimension,
        member,
        numerator,
        denominator,
        value,
        completeness,
        status,
        note,
        reported_from,
        reported_until
    from metric_restatement
)

select
    p.*,
    coalesce(c.name_zh, p.metric_id) as name_zh,
    coalesce(c.name_en, p.metric_id) as name_en,
    c.unit
from published as p
left join metric_catalogue as c on c.metric_id = p.metric_id
