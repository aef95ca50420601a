-- Why the number behind an alert moved: what each member of a breakdown adds to the change.
-- grain  : one row per metric_id, business_date, dimension and member
-- columns: before and now are the member's own values; mix + own_change is its part of the change, in the metric's unit;
--          part_of_change is (mix + own_change) over the whole change; place 1 is the largest contribution
--          compared_with is the earlier day, or business_date itself: then value_before is what the plan asked
-- traps  : add up within one dimension only; member '' stands for all that are too small to be told apart
select
    k.business_date,
    k.compared_with,
    k.metric_id,
    coalesce(c.name_zh, k.metric_id) as name_zh,
    coalesce(c.name_en, k.metric_id) as name_en,
    c.unit,
    k.dimension,
    k.member,
    k.before as value_before,
    k.now as value_now,
    k.mix,
    k.within as own_change,
    k.share as part_of_change,
    k.rank as place
from alert_cause as k
left join metric_catalogue as c on c.metric_id = k.metric_id
