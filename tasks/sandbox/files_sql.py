"""How each file of ``files.py`` is drawn from a world's tables; ``{names}`` are filled in there.

``dice(name)`` is a number in [0, 1) that depends on the name
    and the world's seed alone; ``months(day)`` are months
of the plan.
"""

DICE = """
create or replace temp macro dice(name) as
    ('0x' || left(md5('{seed}:files:' || name::text), 8))::bigint / 4294967296.0;
create or replace temp macro months(day) as greatest(date_diff('day', date '{plan_start}', day::date),
    0) / {month_days};
create or replace temp macro local(seconds) as strftime(make_timestamp((seconds + 28800) * 1000000),
    '%Y-%m-%d %H:%M:%S');
create or replace temp macro days_until_today() as table
    select day::date as day from range(date '{start}', date '{today}', interval 1 day) as days(day);
"""

_OWN_GMV = """
    select make_timestamp((paid_at + 28800) * 1000000)::date as day, sum(order_price) / 100 as cny,
        count(*) as orders
    from shop_order where paid_at > 0 group by all"""

GMV = f"""
with own as ({_OWN_GMV}),
days as (select day, coalesce(cny, 0) as cny, coalesce(orders, 0) as orders
    from days_until_today() left join own using (day)),
calm as (  -- what others sell does not follow an accident of ours
    select *, avg(cny) over (order by day rows between 27 preceding and current row) as usual,
        0.30 + 0.01 * months(day + 45) as share from days),
channels(channel, part) as (values ('天猫', 0.5), ('抖音', 0.3), ('门店', 0.2))
select day as "日期", '日' as "周期", '微信小店' as "渠道", '是' as "是否微信渠道",
    round(cny, 2) as "成交额", orders as "订单数"
from days
union all
select day, '日', channel, '否',
    round(usual * (1 - share) / share * part * (0.92 + 0.16 * dice(day || channel)), 2), null
from calm, channels order by 1, 3"""

SPEND = """
with line(name, yearly, effort, is_labour) as (values {lines}),
months as (
    select day::date as first_day from range(date_trunc('month', date '{plan_start}'), date '{today}',
        interval 1 month) as m(day)),
labour as (  -- the month in which the plan begins is paid from that day on
    select name, greatest(first_day + 9, date '{plan_start}') as day, effort, '拉新' as purpose,
        null as campaign, null as channel,
        yearly / 12 * (0.97 + 0.06 * dice(name || first_day))
            * date_diff('day', greatest(first_day, date '{plan_start}'), last_day(first_day) + 1)
            / date_diff('day', first_day, last_day(first_day) + 1) as cny
    from months, line where is_labour),
weeks as (select day, day::date as monday from days_until_today() where isodow(day) = 1
    and day >= date '{plan_start}'),
uses(name, purpose, part, channel, campaign) as (values
    ('工具采购', '其他', 1.0, null, null), ('内容制作', '内容', 1.0, null, null),
    ('活动推广', '拉新', 0.5, '公众号', null), ('活动推广', '拉新', 0.3, '企微', null),
    ('活动推广', '裂变', 0.2, '社群', 'F'), ('用户激励', '留存', 0.7, null, null),
    ('用户激励', '裂变', 0.3, '小程序', 'F')),
other as (
    select name, monday as day, effort, purpose, if(campaign is null, null, 'F-' || strftime(monday,
        '%Y-%m')) as campaign, channel,
        yearly / 52 * part * (0.8 + 0.4 * dice(name || monday || purpose)) as cny
    from weeks, uses join line using (name)),
entries as (
    select name, day, effort, case when name = '运营团队' then purpose else '其他' end as purpose, campaign,
        channel, cny from labour
    union all select name, day, effort, purpose, campaign, channel, cny from other)
select 'S-' || strftime(day, '%Y%m%d') || '-' || row_number() over (partition by day order by name, purpose,
    channel) as "单据号",
    day as "日期", name as "预算科目", round(cny, 2) as "承诺金额",
    round(case when day < date '{today}' - 20 then cny else cny / 2 end, 2) as "支付金额",
    purpose as "用途", effort as "核心或创新", channel as "渠道", campaign as "活动ID"
from entries where day < date '{today}' order by day, 1"""

CAMPAIGNS = """
select 'F-' || strftime(day, '%Y-%m') as "活动ID", '老带新 ' || strftime(day, '%Y-%m') as "活动名称",
    '裂变' as "活动类型",
    greatest(day::date, date '{plan_start}') as "开始日期", last_day(day) as "结束日期",
        '运营组' as "负责人", '社群' as "渠道",
    null as "渠道参数", 3000 as "预算", 200 as "目标新增用户"
from range(date_trunc('month', date '{plan_start}'), date '{today}', interval 1 month) as m(day)
union all
select 'L-' || strftime(day, '%Y-%m'), '直播周 ' || strftime(day, '%Y-%m'), '直播', day::date + 14,
    day::date + 20, '内容组', '视频号',
    'live', 2000, 20
from range(date_trunc('month', date '{plan_start}') + interval 1 month, date '{today}',
    interval 1 month) as m(day)
where day::date + 14 < date '{today}'"""

_NEWCOMERS = """
    select person_id, unionid, followed_at as joined,
        make_timestamp((followed_at + 28800) * 1000000)::date as day
    from (select person_id, min(followed_at) as followed_at from oa_follow group by all)
    join person using (person_id)
    where unionid is not null and followed_at >= epoch(date '{plan_start}') - 28800
        and followed_at < epoch(date '{today}') - 28800"""

INVITES = f"""
with newcomer as ({_NEWCOMERS}),
old as (select row_number() over (order by person_id) - 1 as place, person.unionid
        from person where unionid is not null and person_id < (select count(*) * 0.15 from person)),
invited as (
    select *, 'F-' || strftime(day, '%Y-%m') as campaign, dice('inviter' || person_id) as d,
        1 + (dice('depth' || person_id) < 0.2)::integer as depth
    from newcomer where dice('invited' || person_id) < 0.28),
won as (
    select campaign, old.unionid as inviter, invited.unionid as invitee, joined, depth, true as is_won
    from invited join old on old.place = floor(d * d * (select count(*) from old))::bigint),
asked as (  -- whom nobody won: strangers who were sent the poster
    select 'F-' || strftime(day, '%Y-%m') as campaign, old.unionid as inviter,
        'oStranger' || left(md5('{{seed}}:' || day || i), 19) as invitee,
        epoch(day::timestamp)::bigint + 20000 + (dice(day || i) * 40000)::bigint as joined, 1 as depth,
            false as is_won
    from days_until_today(), range(0, 3) as more(i)
    join old on old.place = floor(dice('asker' || day || i) * (select count(*) from old))::bigint
    where day >= date '{{plan_start}}')
select campaign as "活动ID", inviter as "邀请人ID", invitee as "被邀请人ID", 'unionid' as "ID类型",
    local(joined - 600) as "邀请时间", if(is_won, local(joined), null) as "转化时间", depth as "层级",
        '微信群' as "渠道"
from (select * from won union all select * from asked) where inviter <> invitee order by joined"""

EVENTS = """
with tracked as (select person_id, unionid, mp_openid(person_id) as openid from person
    where unionid is not null and dice('sdk' || person_id) < 0.35),
visit as (
    select tracked.*, visit_date, source_key,
        epoch(visit_date)::bigint - 28800 + 30000 + (dice(person_id || ':' || visit_date) * 50000)::bigint as happened
    from mp_visit join tracked using (person_id) where visit_date < date '{today}'),
bought as (
    select tracked.*, paid_at, order_price from shop_order join tracked using (person_id)
    where paid_at > 0 and paid_at < epoch(date '{today}') - 28800),
silent as (
    select tracked.*, epoch(day)::bigint - 28800 + 36000 as happened, day from tracked, days_until_today()
    where isodow(day) = 2 and dice('touch' || person_id || day) < 0.05),
told as (
    select openid, unionid, happened, 'page_view' as event, 'mini_program' as platform,
        'pages/home' as page, null as amount, null as properties from visit
    union all
    select openid, unionid, happened + 30, 'search', 'mini_program', 'pages/search', null,
        json_object('keyword', list_extract(['防晒霜', '敏感肌', '防晒霜', '收纳盒', '早餐机', '送礼', '敏感肌'],
            1 + (dice('keyword' || person_id || visit_date) * 7)::integer % 7))
        from visit
    where dice('search' || person_id || visit_date) < 0.08
    union all
    select openid, unionid, happened + 90, 'add_to_cart', 'mini_program', 'pages/goods/detail', null, null
        from visit
    where dice('cart' || person_id || visit_date) < 0.16 + 0.004 * months(visit_date)
    union all
    select openid, unionid, paid_at - 40, 'checkout', 'mini_program', 'pages/checkout', order_price / 100, null
        from bought
    union all
    select openid, unionid, paid_at, 'pay', 'mini_program', 'pages/checkout', order_price / 100, null from bought
    union all
    select openid, unionid, happened, 'touch', 'wecom', null, null, null from silent)
select 'e-' || row_number() over (order by happened, openid, event) as "事件ID",
    local(happened) as "事件时间", event as "事件名", openid as "用户ID",
    'openid' as "用户ID类型", unionid as "UnionID", platform as "平台", page as "页面路径", amount as "金额",
    properties as "属性"
from told"""

COMMUNITY_LOG = """
with pushes(day) as (values {pushes}),
spoken as (
    select chat_id, wecom_external(person_id) as sender, '客户' as kind, null as marketing, null as topic,
        epoch(message_date)::bigint + 1200 + (dice(person_id || ':' || message_date) * 50000)::bigint
            as happened
    from wecom_group_message where message_date < date '{today}'),
posted as (
    select chat_id, if(i = 3, 'robot_' || owner, owner) as sender, if(i = 3, '机器人', '员工') as kind,
        if(dice(chat_id || day || i) < 0.34 - 0.03 * months(day) and day not in (select day from pushes
            where day is not null), '是', '否') as marketing,
        if(i = 0 and isodow(day) = 1, '第' || (1 + date_diff('week', date '{start}', day)) || '周话题', null) as topic,
        epoch(day)::bigint - 28800 + 28800 + i * 7200 as happened
    from wecom_group, days_until_today(), range(0, 4) as posts(i)
    where created_at < epoch(day) - 28800),
pushed as (  -- the hard sell after which members leave
    select chat_id, owner as sender, '员工' as kind, '是' as marketing, '限时秒杀：全场五折' as topic,
        epoch(day)::bigint - 28800 + 32400 as happened
    from wecom_group, pushes
    where created_at < epoch(day) - 28800)
select 'm-' || row_number() over (order by happened, chat_id, sender) as "消息ID", chat_id as "群ID",
    sender as "发送人ID", kind as "发送人类型",
    local(happened) as "发送时间", 'text' as "消息类型", marketing as "是否营销", topic as "话题"
from (select * from spoken union all select * from posted union all select * from pushed)"""

SURVEYS = """
with asked as (
    select 'SAT-' || strftime(month, '%Y-%m') as survey, month::date + 11 as day, i,
        '内容满意度' as question, '满意度' as kind, 60 as size
    from range(date_trunc('month', date '{plan_start}'), date '{today}', interval 1 month) as m(month),
        range(0, 60) as answers(i)
    union all
    select 'TAG-' || strftime(month, '%Y-%m'), month::date + 4, i, '标签是否准确', '画像核对', 420
    from range(date_trunc('month', date '{plan_start}'), date '{today}', interval 1 month) as m(month),
        range(0, 420) as answers(i)),
answered as (select *, dice(survey || i) as d, months(day) as m from asked where day < date '{today}'),
scored as (
    select *, case
        when kind = '满意度' then case when d < 0.52 then 5 when d < 0.86 then 4 when d < 0.95 then 3 else 2 end
        when d < 0.70 + 0.005 * m then 5 else 1 end as score
    from answered)
select survey as "问卷ID", i + 1 as "答卷ID", question as "题目", kind as "题目类型",
    day || ' ' || lpad((9 + i % 12)::text, 2, '0') || ':' || lpad((i % 60)::text, 2,
        '0') || ':00' as "提交时间", score as "得分", 5 as "满分"
from scored order by day, survey, i"""

INCIDENTS = """
with outage(opened, restored) as (values {outages}),
planned(after, kind, title, minutes, negative) as (values
    (9, '内容违规', '推文用语被投诉', 42, 0.05), (41, '系统故障', '支付回调延迟', 78, null), (63,
        '内容违规', '配图版权', 51, 0.06),
    (70, '投诉', '赠品漏发', null, null), (84, '舆情', '评论区质疑成分', 600, 0.08), (90, '投诉',
        '客服未回复', null, null)),
logged as (
    select kind, title, date '{plan_start}' + after + interval 10 hour as opened, minutes, negative,
        null::timestamp as restored
    from planned where date '{plan_start}' + after < date '{today}'
    union all
    select '系统故障', '小程序下单失败', opened::timestamp, null, null, restored::timestamp from outage
        where opened is not null)
select 'INC-' || lpad(row_number() over (order by opened)::text, 3, '0') as "事件编号", kind as "事件类型",
    title as "标题",
    strftime(opened, '%Y-%m-%d %H:%M') as "发生时间", strftime(opened + interval 3 minute,
        '%Y-%m-%d %H:%M') as "检出时间",
    if(kind = '内容违规', strftime(opened + to_minutes(minutes), '%Y-%m-%d %H:%M'), null) as "下架时间",
    strftime(coalesce(restored, opened + to_minutes(minutes)), '%Y-%m-%d %H:%M') as "恢复时间",
        negative as "负面占比", '公众号' as "渠道"
from logged order by opened"""

DECISIONS = """
with made as (
    select day, i, dice('decision' || day || i) as d, months(day) as m from days_until_today(), range(0,
        2) as times(i)
    where day >= date '{plan_start}' and isodow(day) in (2, 4))
select 'D-' || strftime(day, '%Y%m%d') || '-' || i as "决策编号", day as "决策日期",
    list_extract(['调整周三推文选题', '增加社群答疑场次', '下调促销消息频次', '改版小程序首页',
        '更换裂变奖品', '追加直播预算'], 1 + (d * 6)::integer % 6) as "决策内容",
    case when d < 0.40 + 0.025 * m then '数据' when d < 0.85 then '经验' else '直觉' end as "决策依据",
    if(d < 0.40 + 0.025 * m, 'daily-sync-' || (day - 1), null) as "依据链接", '运营组' as "负责人",
    if(day < date '{today}' - 9, if(dice('outcome' || day || i) < 0.7, '有效', '无效'), '待评估') as "结果"
from made order by day, i"""

PARTNERS = """
select 'P-' || lpad(i::text, 3, '0') as "伙伴编号", list_extract(['成分党小雅', '早餐研究所', '徒步老张',
    '收纳达人', '亲子乐园', '本地生活协会', '好物供应链', '茶饮联名'], 1 + i::integer % 8) || i as "伙伴名称",
    list_extract(['KOL', 'KOC', '供应商', '协会'], 1 + i::integer % 4) as "伙伴类型",
        date '{plan_start}' + (i * 14)::integer as "合作开始",
    null as "合作结束", '商务组' as "负责人", if(i = 1, 'store_qr', null) as "渠道参数",
        if(i = 2, '{finder}', null) as "视频号ID",
        '流量互换' as "合作条款"
from range(0, 40) as p(i) where date '{plan_start}' + (i * 14)::integer < date '{today}'"""

TOPICS = """
with found(weekday, kind, topic, heat, source, note) as (values
    (1, '热点', '换季护肤', 86000, '微博热搜', null), (4, '热点', '周末徒步装备', 42000, '抖音热榜', null),
    (0, '竞品', '敏感肌换季三步走', 21000, '竞品公众号甲', '评论区都在问成分'),
    (2, '竞品', '百元早餐机横评', 15000, '竞品视频号乙', null),
    (5, '竞品', '亲子出游打包清单', 18000, '竞品公众号甲', null),
    (3, '点子', '老顾客的一周收纳', null, '客服组', '来自私聊常见问题')),
told as (
    select *, monday::date + weekday as day
    from found, range(date_trunc('week', date '{plan_start}'), date '{today}', interval 7 day) as w(monday))
select 'TP-' || strftime(day, '%Y%m%d') as "选题编号", day as "发现日期", kind as "类别", topic as "选题",
    round(heat * (0.8 + 0.4 * dice(topic || day))) as "热度", source as "出处",
    if(kind = '竞品', 'https://mp.weixin.qq.com/s/' || left(md5(topic), 16), null) as "链接", note as "备注"
from told where day < date '{today}' order by day"""

FILES = {
    "gmv": GMV,
    "spend": SPEND,
    "campaigns": CAMPAIGNS,
    "invites": INVITES,
    "events": EVENTS,
    "community_log": COMMUNITY_LOG,
    "surveys": SURVEYS,
    "incidents": INCIDENTS,
    "decisions": DECISIONS,
    "partners": PARTNERS,
    "topic_pool": TOPICS,
}
"""Import template → the rows of its file."""
