-- Decisions, with the evidence behind them.
-- key       : account_id, decision_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template decisions (sql/catalogue/templates.toml)
create table land_decision (
    account_id    text,        -- our key of the account; files when the rows are the brand's
    decision_id   text,        -- unique per decision
    business_date date,        -- day of the decision
    decision      text,        -- what was decided
    basis         text,        -- data, experience, intuition or other; null when not labelled
    evidence      text,        -- link or id of the report behind it
    signal_at     timestamptz, -- UTC, moment of what caused it
    acted_at      timestamptz, -- UTC, first action
    owner         text,        -- person or team
    outcome       text,        -- right, wrong or open
    import_id     text         -- which import the row came from
);
