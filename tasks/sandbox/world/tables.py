"""The world's tables: what is in them and how generated batches (numpy columns) become rows.

Day columns of batches count from the world's first day; ``staff`` and ``grp`` are positions in wecom_staff
and wecom_group. Moments are unix seconds, money is fen. The platform's view of a shop order changes after it
is paid: ``shop_order`` holds it as it was right after payment (or cancellation), ``shop_order_at(now)`` as it
is at ``now``. ``shop_aftersale`` holds what was decided, ``shop_aftersale_at(now)`` what is known at ``now``.
"""

TABLES = """
create table person (person_id integer, unionid text);                       -- unionid: 88 % have one
create table oa_follow (person_id integer, openid text, followed_at bigint, left_at bigint,
    user_source smallint, scene text);                                       -- episodes; a person may return
create table oa_article (article_no integer, msg_data_id bigint, idx utinyint, publish_date date,
    published_at bigint, title text, author text, url text, publish_type utinyint, kind text,
    delivered integer, article_id text);                                     -- article_id: of freepublish
create table oa_read_packed (article_no integer, person_id integer, read_date date, scene utinyint,
    extra utinyint, flags usmallint, comments utinyint, minutes float, jump utinyint, praise_fen usmallint);
create table oa_comment (comment_id bigint, article_no integer, person_id integer, created_at bigint,
    content text);
create table oa_tag (tag_id integer, name text);
create table oa_tag_member (tag_id integer, person_id integer);
create table mp_visit (person_id integer, visit_date date, sessions usmallint, pages usmallint,
    stay_seconds float, source_key utinyint, is_new boolean, shares utinyint);   -- one row a person and day
create table mp_load (load_date date, metric text, milliseconds double);
create table shop_order (order_id text, person_id integer, openid text, created_at bigint, paid_at bigint,
    updated_at bigint, status smallint, order_price bigint, product_price bigint, freight bigint,
    scene utinyint, is_gift boolean, product_id text, sku_id text, sku_cnt utinyint,
    shipped_at bigint, completed_at bigint, refunded_at bigint);
create table shop_aftersale (aftersale_id text, order_id text, person_id integer, created_at bigint,
    updated_at bigint, type text, status text, amount bigint);
create table wecom_staff (staff integer, userid text, name text);
create table wecom_contact (person_id integer, external_userid text, userid text, added_at bigint,
    left_at bigint, add_way smallint, state text);
create table wecom_chat (userid text, chat_date date, person_id integer, messages usmallint,
    replied boolean, reply_minutes float);                                   -- messages: sent by the staff
create table wecom_apply (userid text, apply_date date, applies usmallint);
create table wecom_group (grp integer, chat_id text, name text, owner text, created_at bigint);
create table wecom_group_member (chat_id text, person_id integer, joined_at bigint, left_at bigint,
    join_scene utinyint);
create table wecom_group_message (chat_id text, message_date date, person_id integer, messages usmallint);
create table kf_session (open_kfid text, servicer_userid text, session_date date, person_id integer,
    messages usmallint, first_reply_seconds integer, satisfied utinyint);    -- 1 content, 2 so-so, 3 not
"""

SCENES = ("公众号消息", "聊天会话", "朋友圈", "公众号主页", "推荐", "搜一搜", "其他")
"""Scene codes of oa_read are positions here; 255 is none."""

FLAGS = ("is_first", "shared", "zaikan", "liked", "collected", "redirected", "followed", "finished")
"""Bit positions of oa_read_packed.flags."""

VIEWS = f"""
create view oa_comment_list as select *, oa_openid(person_id) as openid from oa_comment
order by created_at desc, comment_id;
create view oa_read as
select a.msg_data_id, a.idx, r.person_id, r.read_date,
    list_filter([list_extract({list(SCENES)}, r.scene::integer + 1),
                 list_extract({list(SCENES)}, r.extra::integer + 1)],
                lambda scene: scene is not null) as scenes,
    {", ".join(f"(r.flags & {1 << bit}) > 0 as {name}" for bit, name in enumerate(FLAGS))},
    r.comments, r.minutes, r.jump, r.praise_fen, r.article_no
from oa_read_packed r join oa_article a using (article_no);
"""

MACROS = """
create macro oa_openid(person) as 'oA7kDs' || left(md5('{seed}:oa:' || person), 22);
create macro mp_openid(person) as 'oM4pXt' || left(md5('{seed}:mp:' || person), 22);
create macro person_unionid(person) as 'oU9nBr' || left(md5('{seed}:union:' || person), 22);
create macro wecom_external(person) as 'wmQx1AEAAA' || left(md5('{seed}:wecom:' || person), 22);
create macro shop_order_at(moment) as table
    select * replace (
        case when refunded_at <= moment then 200 when completed_at <= moment then 100
             when shipped_at <= moment then 30 when paid_at <= moment then 20
             when paid_at is null and updated_at <= moment then 250 else 10 end as status,
        case when paid_at <= moment then paid_at end as paid_at,
        greatest(created_at,
            case when paid_at <= moment then paid_at end, case when shipped_at <= moment then shipped_at end,
            case when completed_at <= moment then completed_at end,
            case when refunded_at <= moment then refunded_at end,
            case when paid_at is null and updated_at <= moment then updated_at end) as updated_at)
    from shop_order where created_at <= moment;
create macro shop_aftersale_at(moment) as table
    select * replace (case when updated_at <= moment then status else 'MERCHANT_PROCESSING' end as status,
        case when updated_at <= moment then updated_at else created_at end as updated_at)
    from shop_aftersale where created_at <= moment;
"""

_DAY = "date '{start}' + batch.day::integer"
INSERTS: dict[str, str] = {
    "person": "select person, case when bound then person_unionid(person) end from batch",
    "oa_follow": """select person, oa_openid(person), followed_at, nullif(left_at, 0), source,
        case source when 1 then 'ADD_SCENE_SEARCH' when 17 then 'ADD_SCENE_PROFILE_CARD'
            when 30 then 'ADD_SCENE_QR_CODE' when 57 then 'ADD_SCENE_PROFILE_LINK'
            when 100 then 'ADD_SCENE_WECHAT_ADVERTISEMENT' when 149 then 'ADD_SCENE_WXA'
            when 161 then 'ADD_SCENE_REPRINT' when 200 then 'ADD_SCENE_CHANNELS'
            when 201 then 'ADD_SCENE_LIVESTREAM' else 'ADD_SCENE_OTHERS' end from batch""",
    "oa_article": "select article_no, msg_data_id, idx, "
    + _DAY
    + """, published_at, title, '品牌编辑部',
        'http://mp.weixin.qq.com/s?__biz=MzA5ODc2NTQzMg==&mid=' || msg_data_id || '&idx=' || idx || '&sn='
            || md5('{seed}:' || msg_data_id || idx) || '#wechat_redirect',
        publish_type, kind, nullif(delivered, -1),
        case when publish_type = 1 then 'b7Wq' || left(md5('{seed}:publish:' || msg_data_id), 28) end
        from batch""",
    "oa_read_packed": "select article_no, person, "
    + _DAY
    + """, scene, extra, flags, comments, minutes,
        jump, praise from batch""",
    "oa_comment": """select comment_id, article_no, person, created_at,
        list_extract(['写得很实用，收藏了', '请问门店有货吗？', '跟着做了一遍，效果不错', '期待下一篇',
                      '能讲讲怎么挑选吗', '已经分享给同事', '第三步没看懂', '活动什么时候开始'],
                     wording + 1) from batch""",
    "oa_tag_member": "select tag_id, person from batch",
    "mp_visit": "select person, "
    + _DAY
    + ", sessions, pages, stay_seconds, source_key, is_new, shares from batch",
    "shop_order": """select (3704000000000000000 + number * 100003 + salt)::text, person, mp_openid(person),
        created_at, nullif(paid_at, 0), if(paid_at > 0, paid_at, created_at + 1800), if(paid_at > 0, 20, 250),
        product_price + freight, product_price, freight, scene, is_gift,
        (10000203000 + product)::text, (880001100 + product * 10 + salt % 3)::text, sku_cnt,
        if(paid_at > 0, shipped_at, null), if(paid_at > 0 and refunded_at = 0, completed_at, null),
        nullif(refunded_at, 0) from batch""",
    "shop_aftersale": """select (4001000000000000000 + number * 100003 + salt)::text,
        (3704000000000000000 + number * 100003 + salt)::text, person, created_at, resolved_at,
        if(returned, 'RETURN', 'REFUND'),
        if(returned, 'MERCHANT_RETURN_SUCCESS', 'MERCHANT_REFUND_SUCCESS'), amount from batch""",
    "wecom_contact": """select person, wecom_external(person), userid, added_at, nullif(left_at, 0), add_way,
        list_extract(['', 'oa_menu', 'mp_order', 'store_qr', 'live'], state + 1)
        from batch join wecom_staff using (staff)""",
    "wecom_chat": "select userid, "
    + _DAY
    + """, person, messages, replied,
        if(replied, reply_minutes, null) from batch join wecom_staff using (staff)""",
    "wecom_apply": "select userid, " + _DAY + ", applies from batch join wecom_staff using (staff)",
    "wecom_group_member": """select chat_id, person, joined_at, nullif(left_at, 0), join_scene
        from batch join wecom_group using (grp)""",
    "wecom_group_message": "select chat_id, "
    + _DAY
    + ", person, messages from batch join wecom_group using (grp)",
    "kf_session": "select 'wkAJ2GCAAA' || left(md5('{seed}:kf'), 22), userid, "
    + _DAY
    + """, person, messages,
        first_reply_seconds, nullif(satisfied, 0) from batch join wecom_staff using (staff)""",
}
"""Table → the projection of one batch; {start} and {seed} are filled in by the writer."""
