-- The judgement of every KPI on every day: value, what the plan expected, lag, level, owner and next action.
-- grain  : one row per metric_id and business_date
-- columns: alert, joined with metric_catalogue; severity is 3 red, 2 orange, 1 yellow, 0 green and null for grey;
--          is_newest is 1 on the last day that was judged; owner is the key of [owners] in the plan
-- traps  : lag is on the KPI's own basis; grey means too little data, neither zero nor fine
select
    k.business_date,
    k.metric_id,
    coalesce(c.name_zh, k.metric_id) as name_zh,
    coalesce(c.name_en, k.metric_id) as name_en,
    c.unit,
    k.level,
    case k.level when 'red' then 3 when 'orange' then 2 when 'yellow' then 1 when 'green' then 0 end as severity,
    k.since,
    k.actual as value,
    k.expected,
    k.target,
    k.lag,
    k.basis,
    k.slippage_days,
    k.needed_per_day,
    k.next_date,
    k.next_value,
    k.projected_date,
    k.late_days,
    k.forecast_low,
    k.forecast_high,
    k.owner,
    k.action,
    k.due_date,
    k.reason,
    k.plan_version,
    case when k.business_date = (select max(business_date) from alert) then 1 else 0 end as is_newest
from alert as k
left join metric_catalogue as c on c.metric_id = k.metric_id
