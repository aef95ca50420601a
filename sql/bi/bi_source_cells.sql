-- What was received of every source on every day.
-- grain  : one row per account_id, endpoint and business_date that was asked for
-- columns: verdict is ok, late, empty, suspect_zero or error; is_ok is 1 for ok; moments in UTC
-- traps  : only ok counts as received; a cell that nobody asked for yet has no row
select
    o.business_date,
    o.account_id,
    coalesce(a.name, o.account_id) as account_name,
    o.endpoint,
    o.verdict,
    case when o.verdict = 'ok' then 1 else 0 end as is_ok,
    o.rows as row_count,
    o.fetched_at,
    o.code,
    o.message
from fetch_outcome as o
left join account as a on a.account_id = o.account_id
