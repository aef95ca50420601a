-- Who invited whom in which campaign, self-invitations left out.
-- key       : account_id, campaign_id, inviter_key, invitee_key
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_invite.sql
create table fct_invite (
    account_id     text,        -- our key of the account; files when the rows are the brand's
    business_date  date,        -- day of the invitation
    campaign_id    text,        -- see fct_campaign
    inviter_key    text,        -- keyed hash of who invited
    invitee_key    text,        -- keyed hash of who was invited
    person_id_kind text,        -- what kind of id both keys were made from
    invited_at     timestamptz, -- UTC
    converted_at   timestamptz, -- UTC, null when not converted
    converted_date date,        -- business date of converted_at, null when not converted
    depth          bigint,      -- generation, 1 is invited by a seed; null when not told
    is_credited    boolean      -- of several inviters of one person in a campaign, the first that led to the conversion
);
