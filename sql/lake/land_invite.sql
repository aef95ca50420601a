-- Who invited whom in which campaign.
-- key       : account_id, campaign_id, inviter_key, invitee_key
-- partition : account_id, month
-- slice     : business_date
-- source    : import template invites (sql/catalogue/templates.toml)
create table land_invite (
    account_id     text,        -- our key of the account; files when the rows are the brand's
    business_date  date,        -- day of invited_at
    campaign_id    text,        -- see land_campaign
    inviter_key    text,        -- keyed hash of who invited
    invitee_key    text,        -- keyed hash of who was invited
    person_id_kind text,        -- what kind of id person_key was made from
    invited_at     timestamptz, -- UTC
    converted_at   timestamptz, -- UTC, null when not converted
    depth          bigint,      -- generation, 1 = invited by a seed; null when not told
    channel        text,        -- where it was shared
    import_id      text         -- which import the row came from
);
