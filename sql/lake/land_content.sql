-- The content register: what was made, and its labels.
-- key       : account_id, content_id
-- partition : account_id
-- slice     : account_id
-- source    : import template content_register (sql/catalogue/templates.toml)
create table land_content (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    content_id    text,           -- unique in the register
    title         text,           -- as told
    channel       text,           -- oa, channels, mp, community, moments or other
    account       text,           -- account_id or name of the account it was published by
    matrix_type   text,           -- label of the content matrix, null when not labelled
    pyramid_layer text,           -- label of the content pyramid, null when not labelled
    is_original   boolean,        -- null when not labelled
    origin        text,           -- who made it, null when not labelled
    template      text,           -- template used
    scene         text,           -- scene or time slot
    format        text,           -- article, video, poster … as told
    publish_hour  bigint,         -- 0-23, hour of publication in Shanghai
    campaign      text,           -- campaign_id it belongs to
    brief_date    date,           -- day work began
    publish_date  date,           -- day of publication, null or in the future when not published yet
    author        text,           -- who signs
    cost_cny      decimal(18, 2), -- made outside for, CNY
    content_url   text,           -- public address
    msg_id        text,           -- id of the article or video on its platform
    import_id     text            -- which import the row came from
);
