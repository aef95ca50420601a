-- Each item of content, with its labels, and the article or video it became.
-- key       : content_id
-- partition : -
-- slice     : -
-- source    : sql/marts/fct_content_item.sql
create table fct_content_item (
    content_id      text,           -- unique in the register
    title           text,           -- as told
    channel         text,           -- oa, channels, mp, community, moments or other
    account         text,           -- account_id or name of the account it was published by
    article_id      text,           -- of an article: message _ index, to join its figures; as told or found, else null
    video_id        text,           -- of a Channels video: to join its figures; as told or found, else null
    matrix_type     text,           -- label of the content matrix, null when not labelled
    pyramid_layer   text,           -- label of the content pyramid, null when not labelled
    is_original     boolean,        -- null when not labelled
    origin          text,           -- who made it, null when not labelled
    template        text,           -- template used
    scene           text,           -- scene or time slot
    format          text,           -- form of the content
    publish_hour    bigint,         -- 0-23, hour of publication in Shanghai
    campaign        text,           -- campaign_id it belongs to
    brief_date      date,           -- day work began
    publish_date    date,           -- day of publication, null when not planned yet
    production_days integer,        -- days from brief to publication, null when either is not told
    author          text,           -- who signs
    cost_cny        decimal(18, 2), -- made outside for, CNY
    kept_in         text            -- which register told it: files, else a Feishu account
);
